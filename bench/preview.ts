import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { askHistory } from "@/lib/thresholds/ask-history";
import { backtest } from "@/lib/thresholds/backtest";
import { replayPointsOf } from "@/lib/thresholds/history";
import { PREVIEW_RANGES, previewPart, previewStepSeconds } from "@/lib/thresholds/preview-range";
import { defaultBundle } from "../testing/evaluation";
import { startPrometheus } from "../testing/prometheus";
import { askBare, type BareQuestion } from "./bare";
import { type Measure, median, readableNumber } from "./result";
import { weekOfSamples } from "./samples";

const TENANT = "photos";
const RANGE = "7d";
const LINE = { signal: "latency", line: "p95" } as const;
const EVALUATION_SECONDS = 30;
const ROUNDS = 7;
/** As many questions at a time as the portal puts (lib/prometheus/client.ts). */
const CONCURRENT = 16;

/** A week's preview, with the evaluator's own judgement of each point, beside the bare range queries that it stands on. */
export async function measurePreview(signal: AbortSignal): Promise<Measure[]> {
  const nowMs = Date.now();
  const prometheus = await startPrometheus({ openMetrics: weekOfSamples(TENANT, nowMs) });
  try {
    const stepSeconds = previewStepSeconds(RANGE, EVALUATION_SECONDS);
    const rounds: { previewMs: number; bareMs: number; points: number; questions: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      signal.throwIfAborted();
      // Each round ends a step earlier: what was asked before is not asked again.
      const stepMs = stepSeconds * 1000;
      const toMs = Math.floor(nowMs / stepMs) * stepMs - round * stepMs;
      const { questions, ...preview } = await previewOf(prometheus.url, toMs, stepSeconds);
      const bareMs = await askBare(prometheus.url, questions, CONCURRENT);
      if (round > 0) rounds.push({ ...preview, bareMs, questions: questions.length });
    }
    const of = (side: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[side]));
    return [
      {
        part: "preview",
        what: "A preview of 7 days for one signal over its range queries",
        value: median(rounds.map(({ previewMs, bareMs }) => previewMs / bareMs)),
        unit: "×",
        limit: { atMost: 1.3 },
        detail: `median of ${ROUNDS} rounds; ${readableNumber(of("previewMs"))} ms over ${readableNumber(of("bareMs"))} ms; ${of("points")} evaluations, ${of("questions")} questions`,
      },
    ];
  } finally {
    await prometheus.stop();
  }
}

async function previewOf(prometheusUrl: string, toMs: number, stepSeconds: number) {
  const client = createPrometheus({ url: prometheusUrl });
  const questions: BareQuestion[] = [];
  const recording: Pick<Prometheus, "instant" | "range"> = {
    instant: client.instant,
    range: (query, grid) => {
      const form = new URLSearchParams({
        query: query.promql,
        start: String(grid.fromMs / 1000),
        end: String(grid.toMs / 1000),
        step: String(grid.stepSeconds),
      });
      questions.push({ path: "/api/v1/query_range", form });
      return client.range(query, grid);
    },
  };
  const bundle = { ...defaultBundle(), scrapeIntervalSeconds: 60 };
  const line = bundle.signals[LINE.signal].lines.find(({ id }) => id === LINE.line);
  if (!line?.threshold) throw new Error("The bundle judges no such line.");
  const startedMs = performance.now();
  const parts = await Promise.all(
    Array.from({ length: PREVIEW_RANGES[RANGE].parts }, (_, part) =>
      askHistory(
        { bundle, tenantLabel: "tenant", prometheus: recording },
        mintTenantScope(TENANT),
        LINE,
        previewPart(RANGE, stepSeconds, toMs, part),
      ),
    ),
  );
  const known = parts.flatMap((answer) => (answer?.ok ? [answer.data] : []));
  if (known.length < parts.length) throw new Error("The history could not be read.");
  const points = replayPointsOf(known);
  backtest(points, { ...line.threshold, worse: bundle.signals[LINE.signal].worse }, stepSeconds);
  return { previewMs: performance.now() - startedMs, points: points.length, questions };
}
