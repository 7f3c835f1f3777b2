import type { Reason } from "./reason";
import type { Side } from "./verdict";

/**
 * The reasons that a side may be shown with, one for each party that it names: a reason for the other party, or one that decides
 * nothing, would read as if it had decided this.
 * @param reasons what weighs most first
 */
export function sideReasons<R extends Pick<Reason, "side">>(side: Side, reasons: readonly R[]): R[] {
  const parties = side === "both" ? (["platform", "yours"] as const) : [side];
  return parties.flatMap((party) => reasons.find((reason) => reason.side === party) ?? []);
}
