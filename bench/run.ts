import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import type { Progress } from "@/setup/progress.mjs";
import { measureDefinitions } from "./definitions";
import { measureDrain } from "./drain";
import { measureEvaluator } from "./evaluator";
import { measureEverybody } from "./everybody";
import { type Chromium, measureFirstLoad } from "./first-load";
import { measureMemory } from "./memory";
import { measureOverhead } from "./overhead";
import { measurePreview } from "./preview";
import { holds, type Measure, readableNumber, table } from "./result";
import { BENCH_TENANTS, benchSamples, ORDINARY_TENANTS } from "./samples";
import { measureScale } from "./scale";
import { measureScoping } from "./scoping";
import { measureSharing } from "./sharing";
import { type BenchStage, onStage } from "./stage";
import { measureWarm } from "./warm";

type Options = {
  root: string;
  /** Names of parts, as main.mjs knows them. */
  parts: string[];
  chromium: Chromium | null;
  progress: Progress;
  signal: AbortSignal;
};

/** In the order of the table. */
const PARTS: {
  name: string;
  title: string;
  measure(stage: BenchStage, options: Options): Promise<Measure[]>;
}[] = [
  { name: "scoping", title: "Confining a query", measure: () => measureScoping() },
  {
    name: "overhead",
    title: "A cold view",
    measure: (stage, { signal }) => measureOverhead(stage, signal),
  },
  { name: "sharing", title: "Many viewers", measure: (stage, { signal }) => measureSharing(stage, signal) },
  { name: "warm", title: "A warm view", measure: (stage, { signal }) => measureWarm(stage, signal) },
  {
    name: "first-load",
    title: "The first load of the health page",
    measure: (stage, { chromium, signal }) => {
      if (!chromium) throw new Error("The first load needs a Chromium.");
      return measureFirstLoad(stage, chromium, signal);
    },
  },
  {
    name: "evaluator",
    title: "A cycle of 10,000 tenants",
    measure: (_stage, { root, signal }) => measureEvaluator({ root, signal }),
  },
  {
    name: "everybody",
    title: "Everybody fires",
    measure: (_stage, { root, signal }) => measureEverybody({ root, signal }),
  },
  {
    name: "memory",
    title: "Web and worker of 100 tenants",
    measure: (_stage, { root, signal }) => measureMemory({ root, signal }),
  },
  {
    name: "drain",
    title: "A full outbox",
    measure: (_stage, { root, signal }) => measureDrain(root, signal),
  },
  {
    name: "preview",
    title: "A preview of seven days",
    measure: (_stage, { signal }) => measurePreview(signal),
  },
  {
    name: "definitions",
    title: "Definitions of 30,000 tenants",
    measure: (_stage, { root, signal }) => measureDefinitions({ root, signal }),
  },
  {
    name: "scale",
    title: "From 1,000 to 100,000 tenants",
    measure: (_stage, { root, signal }) => measureScale({ root, signal }),
  },
];

/**
 * Measures the parts, prints the table and writes the JSON.
 * @returns whether every limit holds
 */
export async function runBench(options: Options): Promise<boolean> {
  const { root, parts, progress } = options;
  const folder = path.join(root, "e2e/results");
  await mkdir(folder, { recursive: true });
  const loadBefore = loadavg()[0] ?? 0;

  const machine = { processors: cpus().length, node: process.version, loadBefore };
  const file = path.join(folder, "bench.json");
  const chosen = PARTS.filter(({ name }) => parts.includes(name));
  const measures: Measure[] = [];
  const measureAll = async (stage: BenchStage) => {
    for (const { title, measure } of chosen) {
      measures.push(...(await progress.step(title, () => measure(stage, options))));
      // After each part, so that a run that is stopped leaves what it knew.
      const results = measures.map((measured) => ({ ...measured, holds: holds(measured) }));
      await writeFile(file, `${JSON.stringify({ machine, results }, null, 2)}\n`);
    }
  };
  const cast = {
    name: "bench",
    tenants: [...BENCH_TENANTS, ...ORDINARY_TENANTS],
    samples: benchSamples(Date.now()),
  };
  await onStage(options, cast, measureAll);

  const broken = measures.filter((measure) => holds(measure) === false).length;
  progress.write(`\n${table(measures)}\n`);
  progress.write(
    `${machine.processors} processors, Node ${machine.node}, load ${readableNumber(loadBefore)} before. Written to ${path.relative(root, file)}.`,
  );
  progress.write(
    broken === 0 ? "Every limit holds." : `${broken} ${broken === 1 ? "limit is" : "limits are"} broken.`,
  );
  return broken === 0;
}
