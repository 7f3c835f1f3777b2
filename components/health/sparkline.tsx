import type { LineView, SignalView } from "@/lib/evaluation/view";
import { sparkPath, sparkSpan, sparkWords } from "./sparkline-path";

const WIDTH = 240;
const HEIGHT = 44;
/** Room for the stroke's own width at both edges. */
const PAD = 2;

/** The last hour as a small drawing with its threshold line; plain SVG, in the first HTML. The signal's page has the table. */
export function Sparkline({
  line,
  unit,
  worse,
}: {
  line: LineView;
  unit: SignalView["unit"];
  worse: SignalView["worse"];
}) {
  const judged = { worse, unit, threshold: line.threshold };
  const span = sparkSpan(line.trend, judged);
  const height = HEIGHT - 2 * PAD;
  const limit = PAD + (1 - (line.threshold.value - span[0]) / (span[1] - span[0])) * height;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={sparkWords(line.trend, judged, line.status)}
      className="block h-11 w-full overflow-visible"
    >
      {line.threshold.enabled && (
        <path
          d={`M0 ${limit.toFixed(1)}H${WIDTH}`}
          className="stroke-bad"
          strokeWidth="1"
          strokeDasharray="4 3"
          opacity="0.7"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path
        transform={`translate(0 ${PAD})`}
        d={sparkPath(line.trend, span, WIDTH, height)}
        className={`fill-none ${line.status === "unknown" ? "stroke-mute" : "stroke-accent"}`}
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
