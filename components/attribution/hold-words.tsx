import { Time } from "@/components/ui/zone";
import { type Hold, type HoldEnd, OUTLASTS_AFTER_MS } from "@/lib/attribution/hold";
import { list } from "@/lib/wording/sentence";

const ENDS: Record<HoldEnd, string> = {
  outlasted: "It outlasted the incident.",
  limit: "No mail is held back for longer than an hour.",
  own: "By then not everything pointed to the platform alone.",
  together: "By then another mail was due.",
  "data-missing": "Then its data went missing, and that is never held back.",
  "alert-over": "Then the alert ended.",
};

/** What keeps, or kept, the mail about an alert from being written, and until when at the latest. */
export function HoldWords({ hold }: { hold: Hold }) {
  const { sinceMs, untilMs, components, issue, overSinceMs, ended } = hold;
  const clock = (atMs: number) => <Time atMs={atMs} style="clock" withZone />;
  if (ended)
    return (
      <>
        The mail about it was held back from {clock(sinceMs)} to {clock(ended.atMs)}, because of an incident
        of the platform ({list(components)}, issue #{issue}). {ENDS[ended.why]}
      </>
    );
  if (overSinceMs === null)
    return (
      <>
        Mail delayed since {clock(sinceMs)}: {list(components)} {components.length === 1 ? "fails" : "fail"}{" "}
        on the platform, and the operator is working on it (issue #{issue}). You are mailed if the alert is
        still open {OUTLASTS_AFTER_MS / 60_000} minutes after the incident ends, and at {clock(untilMs)} at
        the latest.
      </>
    );
  return (
    <>
      Mail delayed since {clock(sinceMs)}, because of a platform incident ({list(components)}, issue #{issue})
      that ended at {clock(overSinceMs)}. If the alert is still open at{" "}
      {clock(Math.min(overSinceMs + OUTLASTS_AFTER_MS, untilMs))}, you are mailed then.
    </>
  );
}
