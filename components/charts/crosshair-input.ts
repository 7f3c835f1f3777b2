import type { FocusEvent, KeyboardEvent, PointerEvent } from "react";
import { moveByKey, pointedMs } from "./crosshair-moves";
import { axisPxOf, PLOT } from "./geometry";
import type { Marker } from "./markers";
import type { Row } from "./shape";

/**
 * The handlers by which pointer and keyboard move the crosshair. Arrows go one step, page keys ten, Escape lets go. A finger that is
 * lifted leaves it where it is.
 * @param index of the row at which it stands
 */
export function crosshairInput(
  axis: { fromMs: number; toMs: number },
  markers: readonly Marker[],
  rows: readonly Row[],
  index: number,
  setAt: (atMs: number | null) => void,
) {
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const pointer = { fromStartPx: event.clientX - left - PLOT.left, axisPx: axisPxOf(width) };
    setAt(pointedMs(pointer, axis, markers, rows));
  };
  return {
    onPointerMove: point,
    onPointerDown: point,
    onPointerLeave: (event: PointerEvent) => event.pointerType !== "touch" && setAt(null),
    onKeyDown: (event: KeyboardEvent) => {
      const move = moveByKey(event.key, index, rows.length);
      if (move === null) return;
      if (move === "let-go") return setAt(null);
      event.preventDefault();
      setAt(rows[move]?.atMs ?? null);
    },
    onBlur: (event: FocusEvent) => !isAnotherChart(event) && setAt(null),
  };
}

/** The focus goes to the slider of another chart, which has moved the same crosshair already. */
const isAnotherChart = ({ relatedTarget }: FocusEvent): boolean =>
  relatedTarget instanceof Element && relatedTarget.getAttribute("role") === "slider";
