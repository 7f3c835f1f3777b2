import { describe, expect, test } from "vitest";
import { migrationsSchema } from "./migration";

const GOOD = {
  job: "migrate-photos",
  title: "Photos from the old server",
  source: "photos.old.example",
  issueUrl: "https://github.com/acme/infra/issues/61",
  rerun: "safe-on-existing-data",
  declaredPeak: { cpuCores: 1, memoryBytes: "2Gi", storageBytes: "500M" },
  steadyState: { cpuCores: 0.5, memoryBytes: 1_073_741_824, storageBytes: "250M" },
};
const problems = (...migrations: object[]) =>
  migrationsSchema
    .safeParse(migrations)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("the definition of a migration", () => {
  test("reads sizes as Kubernetes writes them, and reads what it wrote", () => {
    const read = migrationsSchema.parse([GOOD]);
    expect(read[0]?.declaredPeak).toEqual({ cpuCores: 1, memoryBytes: 2 ** 31, storageBytes: 500_000_000 });
    expect(read[0]).toMatchObject({ items: "items", stalledAfterMinutes: 30 });
    expect(migrationsSchema.parse(read)).toEqual(read);
    expect(migrationsSchema.parse(undefined)).toEqual([]);
  });

  test.each([
    ["issueUrl", { issueUrl: "javascript:alert(1)" }],
    ["issueUrl", { issueUrl: "https://user:word@github.com/" }],
    ["job", { job: 'x"} or up{' }],
    ["job", { job: "Migrate" }],
    ["rerun", { rerun: "maybe" }],
    ["declaredPeak.memoryBytes", { declaredPeak: { ...GOOD.declaredPeak, memoryBytes: "2 GB" } }],
    ["declaredPeak.memoryBytes", { declaredPeak: { ...GOOD.declaredPeak, memoryBytes: 0 } }],
    ["declaredPeak.cpuCores", { declaredPeak: { ...GOOD.declaredPeak, cpuCores: 1.1 } }],
    ["steadyState.cpuCores", { steadyState: { ...GOOD.steadyState, cpuCores: Number.NaN } }],
    ["stalledAfterMinutes", { stalledAfterMinutes: 0 }],
    ["title", { title: "two\nlines" }],
  ])("is refused for its %s", (path, change) => {
    expect(problems({ ...GOOD, ...change })).toEqual([expect.stringMatching(`^0\\.${path}: `)]);
  });

  test("is refused where its runs could be another's", () => {
    expect(problems(GOOD, GOOD)).toHaveLength(1);
    expect(problems(GOOD, { ...GOOD, job: "migrate-photos-2" })).toHaveLength(1);
    expect(problems({ ...GOOD, job: "migrate-photos-2" }, GOOD)).toHaveLength(1);
    expect(problems(GOOD, { ...GOOD, job: "migrate-photos-thumbs" })).toEqual([]);
  });
});
