import type { RunView } from "./view";

type Step = { who: "You" | "The operator"; what: string };

/** What an owner has to know after a failure. */
export const NOTHING_BY_ITSELF =
  "The platform doesn't clean up, retry or continue by itself. What has arrived stays until you decide.";

/**
 * What comes next in each state, and who does it: each a sentence, after who. Nothing here happens by itself.
 * @param plansAre where the plans after a failure are, seen from where this is read: "ready below"
 */
export function nextSteps({ state, present }: Pick<RunView, "state" | "present">, plansAre: string): Step[] {
  const operator = (what: string): Step => ({ who: "The operator", what });
  const you = (what: string): Step => ({ who: "You", what });
  switch (state) {
    case "waiting":
      return [operator("starts the job, and reports on the issue."), you("need to do nothing.")];
    case "running":
      return [
        operator("watches the job, and reports on the issue when it has ended."),
        you(
          "need to do nothing. Your capability stays as it is, and what has arrived may not be complete yet.",
        ),
      ];
    case "succeeded":
      return [
        you("check that the data is right: count it, open some of it, use it."),
        you("say on the issue that it is, or what is missing."),
        operator(
          present === false
            ? "has removed the job and its artefacts."
            : "then closes the issue, and removes the job and its artefacts.",
        ),
      ];
    case "failed":
      return [
        you(`decide how to go on, and say so on the issue. Four plans are ${plansAre}.`),
        operator(
          present === false
            ? "has removed the job and its artefacts. Your plan decides about what had arrived."
            : "carries your plan out.",
        ),
      ];
    case "gone":
      return [
        operator("knows what happened to the job. Ask on the issue if it doesn’t say."),
        you("check what has arrived before you rely on it."),
      ];
  }
}
