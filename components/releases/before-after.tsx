import type { ComparedLine } from "@/lib/views/releases/view";
import { formatValue } from "@/lib/wording/format";

const WIDTH = 240;
const HEIGHT = 36;
const PAD = 3;
/** The blocks of both times, with the room of two between them, where the release is. */
const ROOM_BLOCKS = 2;

/** The blocks before and after a release, aligned at it. Blocks without a value are left out. */
export function BeforeAfter({ line }: { line: ComparedLine }) {
  const { before, after } = line.blocks;
  const slots = before.length + ROOM_BLOCKS + after.length;
  const values = [...before, ...after].filter((block) => typeof block === "number");
  const isLowerWorse = line.rule.worse === "lower";
  const top = Math.max(...values, isLowerWorse ? 1 : 0);
  const bottom = isLowerWorse ? Math.min(...values) : 0;
  const x = (slot: number) => ((slot + 0.5) / slots) * WIDTH;
  // Where all are alike, what is as good as it can be is at the top, and nothing at all at the bottom.
  const share = (value: number) => (top > bottom ? (value - bottom) / (top - bottom) : isLowerWorse ? 1 : 0);
  const y = (value: number) => PAD + (1 - share(value)) * (HEIGHT - 2 * PAD);
  const path = (blocks: typeof before, from: number) => {
    let drawn = "";
    let isDrawing = false;
    for (const [index, block] of blocks.entries()) {
      if (typeof block !== "number") {
        isDrawing = false;
        continue;
      }
      const point = `${x(from + index).toFixed(1)} ${y(block).toFixed(1)}`;
      drawn += isDrawing ? `L${point}` : `M${point}h0`;
      isDrawing = true;
    }
    return drawn;
  };
  const isWorse = line.word === "worse";
  const look = {
    strokeWidth: 1.75,
    strokeLinecap: "round",
    strokeLinejoin: "round",
    vectorEffect: "non-scaling-stroke",
  } as const;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Before ${formatValue(line.before, line.rule.unit)}, after ${formatValue(line.after, line.rule.unit)}`}
      className="block h-9 w-full overflow-visible"
    >
      <path
        d={`M${WIDTH / 2} 0V${HEIGHT}`}
        className="stroke-line-strong"
        strokeDasharray="3 3"
        vectorEffect="non-scaling-stroke"
      />
      <path d={path(before, 0)} className="fill-none stroke-mute" {...look} />
      <path
        d={path(after, before.length + ROOM_BLOCKS)}
        className={`fill-none ${isWorse ? "stroke-bad" : "stroke-accent"}`}
        {...look}
      />
    </svg>
  );
}
