import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatProblem } from "./problem";
import { readDefinitions } from "./read-definitions";

const PHOTOS = `id: photos
name: Photo Library
contactAddress: owner@photos.example
timeZone: Europe/Berlin
state: live
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "definitions-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** The problems as the command prints them, without the temporary folder's name. */
async function problems(): Promise<string[]> {
  const result = await readDefinitions(folder, { tenantLabel: "tenant" });
  return result.ok
    ? []
    : result.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ""));
}

describe("readDefinitions", () => {
  test("reads one file for all tenants, and fills in what may be left out", async () => {
    await write({ "tenants.yaml": `tenants:\n- ${PHOTOS.replaceAll("\n", "\n  ")}` });
    const result = await readDefinitions(folder, { tenantLabel: "tenant" });
    if (!result.ok) throw new Error("not read");
    expect(result.definitions.tenants).toEqual([
      {
        id: "photos",
        name: "Photo Library",
        contactAddress: "owner@photos.example",
        timeZone: "Europe/Berlin",
        onboardingIssueUrl: null,
        state: "live",
        links: {},
        without: [],
        owners: [],
        migrations: [],
        leaving: {},
      },
    ]);
    expect(result.definitions.platform).toEqual({ name: "the platform", infraRepositoryUrl: null });
    expect(result.definitions.bundle.scrapeIntervalSeconds).toBe(15);
  });

  test("reads one file per tenant, and passes over what a mounted ConfigMap keeps beside them", async () => {
    await write({
      "tenants/photos.yaml": PHOTOS,
      "tenants/tickets.yaml": PHOTOS.replace("photos", "tickets"),
      "tenants/..data/photos.yaml": "x",
      "tenants/README.md": "x",
      "platform.yaml": "name: Acme\ninfraRepositoryUrl: https://github.com/acme/infra/\n",
    });
    const result = await readDefinitions(folder, { tenantLabel: "tenant" });
    if (!result.ok) throw new Error("not read");
    expect(result.definitions.tenants.map(({ id }) => id)).toEqual(["photos", "tickets"]);
    expect(result.definitions.platform.infraRepositoryUrl).toBe("https://github.com/acme/infra");
  });

  test.each([
    ["id: Photos", /^tenants\/a.yaml:1: id: "Photos" is not a tenant id: .*small letters/],
    ["id: 12", /^tenants\/a.yaml:1: id: is 12, where text belongs\. Put it in quotes\.$/],
    ["id: [a]", /^tenants\/a.yaml:1: id: is a list, where text belongs\.$/],
    ['name: " "', /^tenants\/a.yaml:2: name: " " is empty\. Write the name that the owner knows\.$/],
    ['name: "a\\nb"', /^tenants\/a.yaml:2: name: "a\\nb" has a control character in it/],
    [
      `contactAddress: "${"a".repeat(65)}@x.example"`,
      /^tenants\/a.yaml:3: contactAddress: .+ more than 64 characters before its @/,
    ],
    [
      'contactAddress: "a@x.example, b@x.example"',
      /^tenants\/a.yaml:3: contactAddress: "a@x.+ is not one e-mail address/,
    ],
    [
      'contactAddress: "a@x.example\\nBcc: b@x.example"',
      /^tenants\/a.yaml:3: contactAddress: .+ is not one e-mail address/,
    ],
    [
      "contactAdress: a@x.example",
      /^tenants\/a.yaml:3: contactAdress: is not a known key\. Did you mean contactAddress\?$/m,
    ],
    [
      "timeZone: Europe/Berln",
      /^tenants\/a.yaml:4: timeZone: "Europe\/Berln" .+ Did you mean Europe\/Berlin\?$/,
    ],
    ["timeZone: europe/berlin", /^tenants\/a.yaml:4: timeZone: .+ Did you mean Europe\/Berlin\?$/],
    [
      "timeZone: +02:00",
      /^tenants\/a.yaml:4: timeZone: "\+02:00" is not a time zone .+ Write one like Europe\/Berlin\.$/,
    ],
    [
      "state: lve",
      /^tenants\/a.yaml:5: state: is "lve"\. Write one of onboarding, live, ended\. Did you mean live\?$/,
    ],
    ["state:", /^tenants\/a.yaml:5: state: is null\. Write one of onboarding, live, ended\.$/],
  ])("refuses %s with file, line, value and what would be right", async (line, expected) => {
    const key = line.replace("contactAdress", "contactAddress").split(":")[0];
    await write({ "tenants/a.yaml": PHOTOS.replace(new RegExp(`^${key}:.*$`, "m"), () => line) });
    expect((await problems()).join("\n")).toMatch(expected);
  });

  test.each([
    ["saturation/storge", "is not a judged line of the bundle. Did you mean saturation/storage?"],
    ["availability/availability", "can't be left out: every capability is probed."],
  ])("refuses to leave out %s", async (line, expected) => {
    await write({ "tenants/a.yaml": `${PHOTOS}without:\n  - ${line}\n` });
    expect(await problems()).toEqual([`tenants/a.yaml:7: without[0]: ${JSON.stringify(line)} ${expected}`]);
  });

  test("lets a capability that isn't made of pods leave out its replicas", async () => {
    await write({ "tenants/a.yaml": `${PHOTOS}without: [availability/replicas, availability/pods]\n` });
    expect(await problems()).toEqual([]);
  });

  test.each(["javascript:alert(1)", "mailto:a@x.example", "//x.example", "https://user:pw@x.example/"])(
    "refuses %s as a link",
    async (address) => {
      await write({ "tenants/a.yaml": `${PHOTOS}links:\n  capability: "${address}"\n` });
      expect(await problems()).toEqual([
        `tenants/a.yaml:7: links.capability: ${JSON.stringify(address)} is not an http(s) address without a name and password in it, like https://photos.example/.`,
      ]);
    },
  );

  test("reports the problems of all files at once, in the order of files and lines", async () => {
    await write({
      "tenants/a.yaml": "id: a\nname: A\n",
      "tenants/b.yaml": PHOTOS.replace("live", "lief"),
      "platform.yaml": "nam: x\n",
      "bundle.yaml": "scrapeIntervalSeconds: soon\n",
    });
    const places = (await problems()).map((line) => line.split(": ", 2).join(" "));
    expect(places).toEqual([
      ...["scrapeIntervalSeconds", "signals", "coverage", "runtime", "events"].map(
        (key) => `bundle.yaml:1 ${key}`,
      ),
      "platform.yaml:1 nam",
      ...["contactAddress", "timeZone", "state"].map((key) => `tenants/a.yaml:1 ${key}`),
      "tenants/b.yaml:5 state",
    ]);
  });

  test("refuses one id for two tenants and names both places, whatever else is wrong with them", async () => {
    await write({ "tenants/a.yaml": PHOTOS, "tenants/b.yaml": PHOTOS.replace("live", "gone") });
    expect(await problems()).toContain(
      'tenants/b.yaml:1: id: "photos" is the id of the tenant at tenants/a.yaml:1 already. Every tenant has its own.',
    );
  });

  test("refuses a folder that names no tenant", async () => {
    expect(await problems()).toEqual([
      `${folder}: There is no tenant: neither tenants.yaml nor a file in tenants/. A platform without tenants is never meant.`,
    ]);
    await write({ "tenants.yaml": "tenants: []\n" });
    expect(await problems()).toEqual([
      "tenants.yaml:1: tenants: has no tenant in it. A platform without tenants is never meant.",
    ]);
  });

  test("refuses tenants in two places, and a file under a name that nobody reads", async () => {
    await write({
      "tenants.yaml": "tenants: []",
      "tenants/a.yaml": PHOTOS,
      "tenants/b.yml": PHOTOS,
      "bundel.yaml": "",
      "platform.yml": "",
    });
    const found = (await problems()).join("\n");
    expect(found).toContain("tenants.yaml: There is a folder tenants/ as well. Keep one of them.");
    expect(found).toContain("tenants/b.yml: Only files that end in .yaml are read. Rename it.");
    expect(found).toContain("bundel.yaml: No such file is read here. Did you mean bundle.yaml?");
    expect(found).toContain("platform.yml: No such file is read here. Did you mean platform.yaml?");
  });

  test("says so when the folder isn't there, or is a file", async () => {
    const read = async (path: string) => {
      const result = await readDefinitions(path, { tenantLabel: "tenant" });
      return result.ok ? [] : result.problems.map(({ message }) => message);
    };
    await write({ file: "x" });
    expect(await read(join(folder, "nowhere"))).toEqual(["There is no such folder."]);
    expect(await read(join(folder, "file"))).toEqual(["This is a file; name the folder that it lies in."]);
  });

  test("says why tenants/ can't be read, and not that there is no tenant", async () => {
    await write({ tenants: "x" });
    expect(await problems()).toEqual(["tenants: This is a file; it must be a folder."]);
    await rm(join(folder, "tenants"));
    await symlink("tenants", join(folder, "tenants"));
    expect(await problems()).toEqual(["tenants: The folder can't be read (ELOOP)."]);
    await rm(join(folder, "tenants"));
    await symlink("nowhere", join(folder, "tenants"));
    expect(await problems()).toEqual([expect.stringContaining("There is no tenant")]);
  });

  test("says why a file can't be read", async () => {
    await write({ "tenants/a.yaml": PHOTOS, "platform.yaml/inside": "" });
    expect(await problems()).toEqual(["platform.yaml: The file can't be read (EISDIR)."]);
  });

  test("judges every query of a bundle of one's own, at its line", async () => {
    const defaults = await readFile(new URL("./defaults/bundle.yaml", import.meta.url), "utf8");
    const broken = defaults
      .replace("coverage: max by ($tenant)", "coverage: max")
      .replace("value: 0.85, forSeconds: 120", "value: 99, forSeconds: 120");
    await write({ "tenants/a.yaml": PHOTOS, "bundle.yaml": broken });
    const lineOf = (text: string) => broken.slice(0, broken.indexOf(text)).split("\n").length;
    const found = await problems();
    expect(found[0]).toBe(
      `bundle.yaml:${lineOf("value: 99")}: signals.availability.lines[0].threshold.value: is 99, and a share lies between 0 and 1. For 99 % write 0.99.`,
    );
    expect(found[1]).toMatch(
      new RegExp(`^bundle.yaml:${lineOf("coverage: max")}: coverage: .*max \\(count_over_time`),
    );
    expect(found).toHaveLength(2);
  });

  test("names the line at which a migration can't be what it says", async () => {
    const migration = `migrations:
  - job: migrate
    title: Move
    source: old server
    issueUrl: ftp://example.org/61
    rerun: perhaps
    declaredPeak: { cpuCores: 3, memoryBytes: 1Gi, storageBytes: 1 GB }
    steadyState: { cpuCores: 1, memoryBytes: 1Gi, storageBytes: 1G }
`;
    await write({ "tenants/photos.yaml": PHOTOS + migration });
    expect(await problems()).toEqual([
      'tenants/photos.yaml:10: migrations[0].issueUrl: "ftp://example.org/61" is not an http(s) address without a name and password in it, like https://photos.example/.',
      'tenants/photos.yaml:11: migrations[0].rerun: is "perhaps". Write one of safe-on-existing-data, destination-must-be-empty.',
      'tenants/photos.yaml:12: migrations[0].declaredPeak.storageBytes: "1 GB" is not a size in bytes, like 2Gi, 500M or 2147483648.',
    ]);
  });
  test("names the line at which an eviction, a pause or the export tool can't be what it says", async () => {
    const leaving = `leaving:
  exportTool:
    url: ftp://export.example/
  eviction:
    from: 2026-02-30
    pauses:
      - from: 2026-12-24
        reason: ""
`;
    await write({ "tenants/photos.yaml": `${PHOTOS}${leaving}` });
    expect((await problems()).map((line) => line.split(" ", 2).join(" "))).toEqual([
      "tenants/photos.yaml:8: leaving.exportTool.url:",
      "tenants/photos.yaml:10: leaving.eviction.from:",
      "tenants/photos.yaml:10: leaving.eviction.issueUrl:",
      "tenants/photos.yaml:12: leaving.eviction.pauses[0].from:",
      "tenants/photos.yaml:13: leaving.eviction.pauses[0].reason:",
    ]);
  });

  test.each([
    ["from: 2026-12-24T09:30", /eviction.from: .* is neither a day/],
    ["from: 0026-12-24", /eviction.from: .* is neither a day/],
    ["issueUrl: https://git.example/7", /eviction.from: is missing/],
    [
      "from: 2026-12-24\n    pauses: [{ from: 2027-01-02T00:00:00Z, until: 2027-01-02T01:00:00+01:00, reason: x }]",
      /pauses\[0\].until: .*is not after from/,
    ],
  ])("refuses an eviction with %s", async (text, expected) => {
    await write({ "tenants/photos.yaml": `${PHOTOS}leaving:\n  eviction:\n    ${text}\n` });
    expect((await problems()).join("\n")).toMatch(expected);
  });
});
