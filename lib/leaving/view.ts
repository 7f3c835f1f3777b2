import { type Eviction, type ExportTool, exportToolOf, type Leaving } from "./definition";

/** What the leaving page and its banner are made of: plain data. The phase follows from it and the time, on either side. */
export type LeavingView = {
  /** null: none is announced. */
  eviction: Eviction | null;
  /** The tenant's, in which its dates are told. */
  zone: string;
  exportTool: ExportTool;
  /** The server's clock. */
  renderedAtMs: number;
};

/** @param platformTool what the definitions say for everybody */
export function leavingView(
  { leaving, timeZone }: { leaving: Leaving; timeZone: string },
  platformTool: ExportTool | undefined,
  nowMs: number,
): LeavingView {
  return {
    eviction: leaving.eviction ?? null,
    zone: timeZone,
    exportTool: exportToolOf(platformTool, leaving.exportTool),
    renderedAtMs: nowMs,
  };
}
