import type { PromiseFinding, RunEvidence } from "./evidence";
import { judgeFalseAlarms, judgeMissedAlarms, judgeOverlaps, judgeSlotCounts } from "./judge-alerts";
import { judgeLooks } from "./judge-looks";
import { judgeDoubles, judgeLosses, judgeOrder } from "./judge-mails";
import { truthOf } from "./truth";

/** Compares what a run left behind with each promise. */
export function judgeRun(evidence: RunEvidence): PromiseFinding[] {
  const truth = truthOf(evidence.truth);
  return [
    judgeLosses(evidence),
    judgeDoubles(evidence),
    judgeOrder(evidence),
    judgeFalseAlarms(evidence, truth),
    judgeMissedAlarms(evidence, truth),
    judgeOverlaps(evidence),
    judgeSlotCounts(evidence),
    judgeLooks(evidence, truth),
    { promise: "All is green after healing", examined: "webs, workers, pages", broken: evidence.notGreen },
  ];
}
