/** A message's header: lower-case name and value. */
export type MessageHeader = { key: string; value: string };

const anyOf = (patterns: readonly string[], before = ""): RegExp =>
  new RegExp(`${before}(?:${patterns.join("|")})`, "iu");

/** How mail systems name themselves and their bounces. Bounces are Auto-Submitted, too, so these come first. */
const REPORTER = /mailer-?daemon|mail-?daemon|postmaster|mail delivery (?:sub)?system|^\s*<>\s*$/i;
const ABOUT_DELIVERY = anyOf([
  "undeliver",
  "unzustellbar",
  "nicht zugestellt",
  "non remis",
  "non distribu",
  "no entregad",
  "returned mail",
  "bounce",
  "fail(?:ed|ure) (?:notice|notification)",
  "delivery.{0,20}(?:fail|status|problem|error|notif|delay)",
  "mail.{0,20}(?:failed|failure|returned|rejected|not delivered)",
  "could(?: not|n.t) be delivered",
  "message.{0,20}delayed",
]);

/** "Out of office" in the words of common mail programs, where no header says it. */
const AWAY = anyOf(
  [
    "out of (?:the )?office",
    "automatic reply",
    "auto(?:matic)?[- ]?(?:reply|response|answer)",
    "autoreply",
    "vacation",
    "on (?:holiday|leave)",
    "abwesen",
    "automatische antwort",
    "r[ée]ponse automatique",
    "absen(?:t|ce)\\b",
    "respuesta autom",
    "fuera de (?:la )?oficina",
    "risposta automatica",
    "fuori sede",
    "afwezig",
    "automatisch antwoord",
    "resposta autom",
    "autosvar",
    "自动回复",
    "自動応答",
    "автоответ",
  ],
  "^\\s*(?:re:\\s*)?",
);

/** Headers that only automatic replies have; "no" is the value of a message of a person (RFC 3834 §5). */
const REPLY_HEADERS = ["x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-vacation"];

/**
 * Whether a message without a delivery status is the automatic answer of a mailbox (RFC 3834), and no bounce.
 * @param headers with the names in lower case
 * @param subject decoded
 */
export function isAutomaticReply(headers: readonly MessageHeader[], subject: string): boolean {
  const headerOf = (key: string) => headers.find((header) => header.key === key)?.value.trim() ?? "";
  if (AWAY.test(subject)) return true;
  if (REPORTER.test(headerOf("from")) || ABOUT_DELIVERY.test(subject)) return false;
  if (REPLY_HEADERS.some((key) => !/^(?:no)?$/i.test(headerOf(key)))) return true;
  return /^auto-/i.test(headerOf("auto-submitted")) || /^auto[-_]?reply$/i.test(headerOf("precedence"));
}
