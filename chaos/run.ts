import { setMaxListeners } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "@/setup/progress.mjs";
import type { Look, PromiseFinding, RunEvidence } from "./evidence";
import { untilGreen } from "./green";
import { judgeRun } from "./judge";
import { keepLooking } from "./looks";
import { type ChaosPlan, chaosPlan, type PlannedFault, WEBS } from "./plan";
import { FOR_SECONDS, STALE_AFTER_SECONDS } from "./platform";
import { CHAOS_INTERVAL_SECONDS } from "./portal-environment";
import { readRecords } from "./records";
import { chaosTable, findingsTable } from "./report";
import { strike } from "./strike";
import { type ChaosWorld, startChaosWorld } from "./world";

const STARTED_WITHIN_MS = 180_000;
const HEALED_WITHIN_MS = 180_000;

type Options = {
  root: string;
  minutes: number;
  seed: number;
  faketime: string | null;
  progress: Progress;
  signal: AbortSignal;
};

/** A fault as it was: how long it really lasted; null where it can't be had here. */
export type StruckFault = PlannedFault & { lastedMs: number | null };

/**
 * Runs what the seed plans, waits until all is green again, and judges what is left.
 * @returns whether every promise was kept
 */
export async function runChaos({
  root,
  minutes,
  seed,
  faketime,
  progress,
  signal,
}: Options): Promise<boolean> {
  const plan = chaosPlan(seed, minutes * 60_000);
  const results = path.join(root, "e2e/results/chaos");
  const world = await progress.step("Webs, workers, database, replica, Prometheus and relay", () =>
    startChaosWorld({ root, folder: results, capabilities: plan.capabilities, faketime }),
  );
  try {
    const before = await progress.step("All is green", () =>
      untilGreen(world, { withinMs: STARTED_WITHIN_MS, tell: progress.write, stop: signal }),
    );
    if (before.length > 0) throw new Error(`The run can't begin: ${before.join(" ")}`);
    const looks: Look[] = [];
    const looked = new AbortController();
    const looking = WEBS.map((web) =>
      keepLooking({ web, url: world.urls.get(web) ?? "" }, world.cookies, looked.signal, (look) =>
        looks.push(look),
      ),
    );
    const beganAtMs = Date.now();
    const struck = await progress.step(`${minutes} minutes of chaos by the seed ${seed}`, () =>
      happen(world, plan, progress.write, signal),
    );
    const healedAtMs = Date.now();
    const notGreen = await progress.step("All is green again", () =>
      untilGreen(world, { withinMs: HEALED_WITHIN_MS, tell: progress.write, stop: signal }),
    );
    looked.abort();
    await Promise.all(looking);
    const evidence: RunEvidence = {
      ...{ beganAtMs, healedAtMs, looks, notGreen },
      intervalMs: CHAOS_INTERVAL_SECONDS * 1000,
      forMs: FOR_SECONDS * 1000,
      recoverForMs: FOR_SECONDS * 1000,
      staleAfterMs: STALE_AFTER_SECONDS * 1000,
      truth: world.platform.truth,
      scrapesAtMs: world.platform.scrapesAtMs,
      copies: world.relay.copies,
      crashes: crashesOf(struck) + ownEndsOf(world),
      ...(await readRecords(world)),
    };
    await mkdir(results, { recursive: true });
    await writeFile(path.join(results, "evidence.json"), JSON.stringify({ plan, struck, ...evidence }));
    return tell(judgeRun(evidence), chaosTable(struck, plan.breaches), progress);
  } finally {
    await world.end();
  }
}

function tell(findings: PromiseFinding[], happened: string, { write }: Progress): boolean {
  write(`\n${happened}\n\n${findingsTable(findings)}\n`);
  const broken = findings.flatMap(({ promise, broken }) =>
    broken.map((sentence) => `${promise}: ${sentence}`),
  );
  if (broken.length > 0) write(broken.slice(0, 60).join("\n"));
  const isKept = broken.length === 0;
  write(isKept ? "Every promise was kept." : `Promises were broken in ${broken.length} cases.`);
  return isKept;
}

/** Lets faults and breaches happen at their times. @returns what happened, when all of it is over */
async function happen(
  world: ChaosWorld,
  { faults, breaches, lengthMs }: ChaosPlan,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<StruckFault[]> {
  const beganMs = performance.now();
  setMaxListeners(0, signal); // each that waits listens, and their number is the plan's
  const until = (atMs: number) =>
    sleep(Math.max(0, beganMs + atMs - performance.now()), undefined, { signal });
  const struck = faults.map(async (fault): Promise<StruckFault> => {
    await until(fault.atMs);
    const fromMs = performance.now();
    const heal = await strike(world, fault);
    if (!heal) return { ...fault, lastedMs: null };
    if (heal === "over") return { ...fault, lastedMs: performance.now() - fromMs };
    await until(fault.atMs + fault.forMs);
    await heal();
    const lastedMs = performance.now() - fromMs;
    write(`      ${fault.kind} ${fault.target}: ${Math.round(lastedMs / 1000)} s`);
    return { ...fault, lastedMs };
  });
  const breached = breaches.map(async ({ capability, line, atMs, forMs }) => {
    await until(atMs);
    world.platform.setBreaching(capability, line, true);
    await until(atMs + forMs);
    world.platform.setBreaching(capability, line, false);
  });
  const [all] = await Promise.all([Promise.all(struck), Promise.all(breached), until(lengthMs)]);
  return all;
}

/** Faults after which a mail may be sent again: of a worker, of its lines, of the relay and of the database. */
const crashesOf = (struck: readonly StruckFault[]) =>
  struck.filter(({ target }) => /^(worker|relay|database|connections|replica)/.test(target)).length;

const ownEndsOf = ({ services }: ChaosWorld) =>
  [...services.values()].reduce((sum, service) => sum + service.ownEnds(), 0);
