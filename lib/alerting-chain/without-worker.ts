import type { Answer } from "@/lib/prometheus/answer";
import type { Alerting } from "./view";

/** The links that only an installation with a worker has. */
const NOT_SENDING = "This installation does not send alerts yet.";

/**
 * The alerting chain where no worker has ever judged anything: what the page itself can show, and that no alerts are sent.
 * Where one has, lib/alerting-chain/chain.ts derives it from what was recorded.
 * @param answers every answer that the view was made of; the metrics link stands only if all of them are good
 */
export function alertingWithoutWorker(answers: readonly Answer<unknown>[]): Alerting {
  return {
    trustworthy: false,
    degradedSinceMs: null,
    links: [
      { id: "metrics", ...metricsLink(answers) },
      ...(["evaluator", "queue", "relay", "address"] as const).map((id) => ({
        id,
        ok: false,
        atMs: null,
        reason: NOT_SENDING,
      })),
    ],
  };
}

function metricsLink(answers: readonly Answer<unknown>[]): Omit<Alerting["links"][number], "id"> {
  const goodAtMs = answers.flatMap((answer) =>
    answer.ok ? [answer.atMs] : answer.last ? [answer.last.atMs] : [],
  );
  const atMs = goodAtMs.length === 0 ? null : Math.max(...goodAtMs);
  const failed = answers.flatMap((answer) => (answer.ok ? [] : [answer.failure.message]));
  const [first] = failed;
  if (first === undefined)
    return { ok: answers.length > 0, atMs, reason: answers.length > 0 ? null : NEVER_ASKED };
  const some = failed.length < answers.length;
  const reason = some ? `${failed.length} of ${answers.length} questions failed. ${first}` : first;
  return { ok: false, atMs, reason };
}

const NEVER_ASKED = "The metrics store has not been asked anything.";
