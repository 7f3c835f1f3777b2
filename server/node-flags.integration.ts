import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const MEGABYTE = 1024 * 1024;

/** What V8 keeps to after a process was started with its flags, as it says itself. */
const PROBE = `import { writeSync } from "node:fs";
import v8 from "node:v8";
const young = () => v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size;
const atStartBytes = young();
// Objects that die young, and some that live a while: where nothing keeps it down, the space for them grows
// to 32 MB and more.
let kept = [];
let highestBytes = 0;
for (let round = 0; round < 40; round++) {
  for (let n = 0; n < 200_000; n++) {
    const made = { n, pair: [n, n + 1] };
    if (n % 40 === 0) kept.push(made);
  }
  if (kept.length > 40_000) kept = [];
  highestBytes = Math.max(highestBytes, young());
}
writeSync(1, JSON.stringify({
  pid: process.pid,
  atStartBytes,
  highestBytes,
  limitBytes: v8.getHeapStatistics().heap_size_limit,
  flags: process.execArgv.map((flag) => flag.split("=")[0]),
  arenas: process.env.MALLOC_ARENA_MAX,
}));
`;

type Kept = {
  pid: number;
  atStartBytes: number;
  highestBytes: number;
  limitBytes: number;
  flags: string[];
  arenas: string;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "node-flags-"));
  await writeFile(join(folder, "probe.mjs"), PROBE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function started(part: "web" | "worker"): Kept {
  // From another folder than the clone's: it finds its own.
  const text = execFileSync("sh", [join(HERE, `${part}.sh`), join(folder, "probe.mjs")], {
    cwd: folder,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` } as unknown as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  return JSON.parse(text) as Kept;
}

test("the portal's space for young objects has a floor and a ceiling", () => {
  const web = started("web");
  expect(web.atStartBytes).toBe(8 * MEGABYTE);
  // Both halves of it.
  expect(web.highestBytes).toBe(16 * MEGABYTE);
  expect(web.flags).toContain("--heap-growing-percent");
  expect(web.arenas).toBe("1");
});

test("the worker has a ceiling for its heap, and for its young objects", () => {
  const worker = started("worker");
  expect(worker.highestBytes).toBe(8 * MEGABYTE);
  expect(worker.limitBytes).toBeLessThan(290 * MEGABYTE);
  expect(worker.flags).toContain("--heap-growing-percent");
  expect(worker.arenas).toBe("1");
});
