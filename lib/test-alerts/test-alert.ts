import type { MailDelivery } from "@/lib/delivery/mail";

/** A tenant's test alerts within an hour: enough to try a change of the address twice, too few to bother a relay. */
export const TESTS_PER_HOUR = 3;

/** Why none may be asked for at all, in a sentence. */
export const NOTHING_TO_TEST = {
  noWorker: "This installation sends no alerts yet, so there is nothing to test.",
  notServing:
    "Your capability doesn't serve any more, by agreement. Nothing of it is alerted, so there is nothing to test.",
};

/** A test alert and its outcome. Times are milliseconds since the epoch. */
export type TestAlert = {
  /** Also the id of its mail. */
  id: string;
  requestedAtMs: number;
  requestedBy: string;
  /** null until a worker has taken it up. */
  mail: MailDelivery | null;
};

/** The outcome of asking for one. `againAtMs`: when the oldest of the hour no longer counts. */
export type TestRequest = { ok: true; id: string } | { ok: false; againAtMs: number };

/** How far a test alert has come, for its page. */
export type TestStage = "asked" | "queued" | "sending" | "put-off" | "accepted" | "refused" | "received";

/** @returns the stage; `put-off` is a mail that was tried and is tried again, `refused` one that is not */
export function stageOf({ mail }: Pick<TestAlert, "mail">): TestStage {
  if (!mail) return "asked";
  if (mail.gotItAtMs !== null) return "received";
  if (mail.bounce?.action === "failed") return "refused";
  switch (mail.state) {
    case "accepted":
      return "accepted";
    case "sending":
      return "sending";
    case "queued":
      return mail.last ? "put-off" : "queued";
    default:
      return "refused";
  }
}

/** Whether anything can still change by itself soon, so that a page should go on asking. */
export const isUnderWay = (test: Pick<TestAlert, "mail">): boolean =>
  ["asked", "queued", "sending", "put-off"].includes(stageOf(test));
