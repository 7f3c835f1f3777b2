import type { Marker } from "./markers";
import { nearestRow, type Row } from "./shape";

const STEP = 1;
const LEAP = 10;

/**
 * What a key does to the crosshair's slider.
 * @param index of the row at which it stands
 * @param count of the rows
 * @returns the index of the row to go to; "let-go"; null where the key isn't the slider's
 */
export function moveByKey(key: string, index: number, count: number): number | "let-go" | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return within(index - STEP, count);
    case "ArrowRight":
    case "ArrowUp":
      return within(index + STEP, count);
    case "PageDown":
      return within(index - LEAP, count);
    case "PageUp":
      return within(index + LEAP, count);
    case "Home":
      return 0;
    case "End":
      return within(count, count);
    case "Escape":
      return "let-go";
    default:
      return null;
  }
}

const within = (index: number, count: number) => Math.max(0, Math.min(count - 1, index));

/** A pointer this near to a marker, in pixels, means the marker. */
const NEAR_PX = 7;

/**
 * The instant that a pointer means: that of the nearest marker where one is close by, else that of the nearest row.
 * @param pointer how far it is from the axis's beginning, and how long the axis is, in pixels
 * @returns null where there are no rows
 */
export function pointedMs(
  pointer: { fromStartPx: number; axisPx: number },
  axis: { fromMs: number; toMs: number },
  markers: readonly Marker[],
  rows: readonly Row[],
): number | null {
  const { fromStartPx, axisPx } = pointer;
  const lengthMs = axis.toMs - axis.fromMs;
  const atMs = axis.fromMs + Math.min(1, Math.max(0, fromStartPx / axisPx)) * lengthMs;
  const nearMs = (NEAR_PX / (axisPx || 1)) * lengthMs;
  const [marker] = markers
    .filter((each) => Math.abs(each.atMs - atMs) <= nearMs)
    .sort((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs));
  return nearestRow(rows, marker?.atMs ?? atMs)?.atMs ?? null;
}
