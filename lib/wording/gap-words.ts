import type { Reading } from "@/lib/evaluation/view";

/** What happened to the data of a line that is judged all the same; null where it arrives. */
export function gapWords({ kind }: Reading): "no data now" | "unknown now" | null {
  if (kind === "no-data") return "no data now";
  return kind === "unknown" ? "unknown now" : null;
}
