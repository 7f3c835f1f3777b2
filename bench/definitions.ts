import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "../testing/postgres";
import { fleetTenant } from "./fleet-samples";
import { type Measure, readableNumber } from "./result";

const PART = "definitions";
const SIZES = [10_000, 30_000];
const LOOK_EVERY_MS = 50;

type Options = { root: string; signal: AbortSignal };
type Run = { wallMs: number; peakMegabytes: number };

/** What `definitions apply` takes: for tenants that are new, and for the same when every one of them has changed. */
export async function measureDefinitions(options: Options): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const tenants of SIZES) {
    const database = await freshDatabase();
    const folder = await mkdtemp(path.join(tmpdir(), "definitions-"));
    try {
      const apply = async (version: string) => {
        await writeFile(path.join(folder, "tenants.yaml"), tenantsFile(tenants, version));
        return applied(options, folder, database.url);
      };
      const created = await apply("one");
      const changed = await apply("two");
      measures.push(...measuresOf(tenants, created, changed));
    } finally {
      await rm(folder, { recursive: true });
      await database.drop();
    }
  }
  return measures;
}

function measuresOf(tenants: number, created: Run, changed: Run): Measure[] {
  const many = tenants.toLocaleString("en");
  const detail = `created in ${readableNumber(created.wallMs / 1000)} s, changed in ${readableNumber(changed.wallMs / 1000)} s; the start of the process is part of it`;
  const [wallMs, peakMegabytes] = (["wallMs", "peakMegabytes"] as const).map((side) =>
    Math.max(created[side], changed[side]),
  );
  return [
    {
      part: PART,
      what: `Applying ${many} tenants, the slower of creating and changing them`,
      value: wallMs ?? Number.NaN,
      unit: "ms",
      limit: { atMost: 10_000 },
      detail,
    },
    {
      part: PART,
      what: "Memory of the command, at its highest",
      value: peakMegabytes ?? Number.NaN,
      unit: "MB",
      limit: { atMost: 250 },
    },
  ];
}

function tenantsFile(tenants: number, version: string): string {
  const entries = Array.from({ length: tenants }, (_, index) => {
    const id = fleetTenant(index);
    return `  - id: ${id}\n    name: Capability ${index} ${version}\n    contactAddress: owner@${id}.example\n    timeZone: Europe/Berlin\n    state: live\n    links:\n      capability: https://${id}.example/\n`;
  });
  return `tenants:\n${entries.join("")}`;
}

/** The command as npm starts it. @throws Error where it fails; what it said stands above */
async function applied({ root, signal }: Options, folder: string, url: string): Promise<Run> {
  const startedMs = performance.now();
  const child = spawn("npm", ["run", "--silent", "definitions", "--", "apply", folder], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "ignore", "inherit"],
    signal,
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  let ended = false;
  void exited.finally(() => {
    ended = true;
  });
  let peakMegabytes = 0;
  let pid: string | undefined;
  while (!ended) {
    pid ??= await pidOf(folder);
    if (pid !== undefined) peakMegabytes = Math.max(peakMegabytes, await highestOf(pid));
    await sleep(LOOK_EVERY_MS);
  }
  const [code] = await exited;
  if (code !== 0) throw new Error(`The command ended with ${code}.`);
  return { wallMs: performance.now() - startedMs, peakMegabytes };
}

/** The process that npm's shell becomes in the end: its command names the file and the folder. */
async function pidOf(folder: string): Promise<string | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.startsWith("node") && command.includes("bin/definitions.ts") && command.includes(folder))
      return pid;
  }
  return undefined;
}

/** The most that a process has had so far: VmHWM of Linux's /proc. */
async function highestOf(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kibibytes ?? 0) * 1024) / 1e6;
}
