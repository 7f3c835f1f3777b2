import type { Reason } from "./reason";

/** What builds before 0.3.0 wrote in the present tense, and how it reads once the alert is over. */
const IN_THE_PAST: readonly [now: RegExp, then: string][] = [
  [/ is failing, and was when it began( too)?\.$/, " was failing at onset$1."],
  [/ is failing now( too)?\.$/, " failed after it began$1."],
  [
    / is at (.*) of your limit, which is beyond its threshold\.$/,
    " was at $1 of your limit, beyond its threshold.",
  ],
  [/^Others are affected too, in the same minutes\.$/, "Others were affected in the same minutes."],
  [
    / depends on works, and so does the platform's canary\.$/,
    " depends on worked, and so did the platform's canary.",
  ],
];

/**
 * A reason as a sentence, in the tense of the reader's moment: what failed at onset may still fail while the alert is open, and
 * is only known to have failed once it is over.
 */
export function reasonWords({ sentence, now }: Pick<Reason, "sentence" | "now">, isOpen: boolean): string {
  const stem = sentence.replace(/\.$/, "");
  if (now === "ok") return `${stem}; has recovered.`;
  if (now === "failing" && isOpen) return `${stem}; still failing.`;
  if (isOpen) return sentence;
  return IN_THE_PAST.reduce((text, [present, past]) => text.replace(present, past), sentence);
}
