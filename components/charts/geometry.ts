/** Where the drawing stands in its box, in pixels: the overlay and the time axis must agree with the chart library. */
export const PLOT = { left: 52, right: 10, top: 16, bottom: 4, height: 136 } as const;

/** The CSS left of an instant inside the box: a fraction of what the margins leave. */
export function leftOf(fraction: number): string {
  return `calc(${PLOT.left}px + (100% - ${PLOT.left + PLOT.right}px) * ${fraction.toFixed(5)})`;
}

/** How each line of a chart is drawn: its dashes distinguish it, so that colour isn't needed. */
export const STROKES = [
  { color: "var(--accent)", width: 1.75, dash: undefined },
  { color: "var(--ink)", width: 1.25, dash: "5 3" },
  { color: "var(--ink-soft)", width: 1.5, dash: "1.5 3" },
  { color: "var(--ink-soft)", width: 1.25, dash: "9 3 2 3" },
] as const;

export function strokeOf(index: number): (typeof STROKES)[number] {
  return STROKES[index % STROKES.length] ?? STROKES[0];
}

/** What the time axis' own line takes of the height. */
const AXIS_PX = 1;

/** The CSS top of a height between the scale's ends, 0 to 1. */
export function topOf(height: number): string {
  const drawnPx = PLOT.height - PLOT.top - PLOT.bottom - AXIS_PX;
  return `${(PLOT.top + (1 - height) * drawnPx).toFixed(1)}px`;
}

/** How long the time axis of a chart of this width is, in pixels. */
export const axisPxOf = (widthPx: number): number => widthPx - PLOT.left - PLOT.right;
