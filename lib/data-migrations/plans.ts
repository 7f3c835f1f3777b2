import type { RerunContract } from "@/lib/catalogue/migration";
import type { RunView } from "./view";
import { howFarWords, RERUN_WORDS } from "./words";

/** What an owner may decide after a failure. The platform carries out none of them by itself. */
export const PLANS = ["wipe", "resume", "partial", "abandon"] as const;
export type FailurePlan = (typeof PLANS)[number];

export const PLAN_WORDS: Record<FailurePlan, { name: string; means: string; ask: string }> = {
  wipe: {
    name: "Wipe and run again",
    means: "What has arrived is deleted, and the migration begins from the start.",
    ask: "wipe and run again. Please empty the destination, then run the migration from the start.",
  },
  resume: {
    name: "Resume",
    means: "The migration runs again on what has arrived, and goes on from there.",
    ask: "resume. Please run the migration again on the data that is there.",
  },
  partial: {
    name: "Accept what has arrived",
    means: "What has arrived stays and is used. The rest is left behind.",
    ask: "accept what has arrived. The rest is not needed; please tear the job down.",
  },
  abandon: {
    name: "Abandon",
    means: "The migration ends here. Say what shall become of what has arrived.",
    ask: "abandon. Please tear the job down, and delete what has arrived. (Write “keep” if it shall stay.)",
  },
};

/** Where a plan doesn't go together with what was declared. */
export function planCaution(plan: FailurePlan, rerun: RerunContract): string | null {
  if (plan !== "resume" || rerun === "safe-on-existing-data") return null;
  return "It was declared that the destination must be empty, so this needs a job that can go on from data.";
}

/** A comment for the issue, for the owner to copy and to change. Markdown; times in UTC, since others read them, too. */
export function draftComment(run: RunView, plan: FailurePlan): string {
  const { migration, jobName, endedAtMs, lastError } = run;
  const when =
    endedAtMs === null ? "" : ` on ${new Date(endedAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return [
    `${migration.title} (job \`${jobName}\`) failed${when}.`,
    "",
    `- How far it got: ${howFarWords(run).replaceAll("\u00a0", " ")}`,
    `- Last error that it reported: ${lastError ? quoted(lastError.text) : "none"}`,
    `- Running it again: ${RERUN_WORDS[migration.rerun]}`,
    "",
    `My plan: ${PLAN_WORDS[plan].ask}`,
    "",
  ].join("\n");
}

/** As code, so that nothing in it becomes markup or a mention. */
const quoted = (text: string) => `\`${text.replaceAll("`", "'")}\``;
