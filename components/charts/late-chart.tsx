"use client";

import { type ComponentProps, lazy, Suspense } from "react";

// The chart library is the heaviest thing of the portal: it comes after the page, into a place of its size. The server
// renders none of it, because series are asked for by the browser.
const Drawing = lazy(() => import("./chart-drawing").then(({ ChartDrawing }) => ({ default: ChartDrawing })));
const Table = lazy(() => import("./chart-table").then(({ ChartTable }) => ({ default: ChartTable })));

/** The place of a chart that is on its way. */
export const ChartSkeleton = () => <div className="skeleton h-full w-full" />;

/** A chart's drawing, once it is loaded. */
export function LateChartDrawing(props: ComponentProps<typeof Drawing>) {
  return (
    <Suspense fallback={<ChartSkeleton />}>
      <Drawing {...props} />
    </Suspense>
  );
}

/** A chart's table, once it is loaded. */
export function LateChartTable(props: ComponentProps<typeof Table>) {
  return (
    <Suspense fallback={null}>
      <Table {...props} />
    </Suspense>
  );
}
