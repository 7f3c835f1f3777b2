import { expect, test } from "vitest";
import { MAILS, mailView } from "@/testing/views/alerts";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { type DeliveryTone, deliveryAtMs, deliveryWords } from "./mail-words";

/** Each state of a mail's delivery: its tone, its words, and how many minutes ago it was settled. */
const DELIVERIES: [keyof typeof MAILS, DeliveryTone, string, number | null][] = [
  ["queued", "open", "Queued: waits to be sent.", null],
  ["sending", "open", "Being sent now.", null],
  ["relayAway", "open", "Queued: the platform’s mail relay isn’t accepting mail.", null],
  ["cutOff", "open", "The connection broke during sending; the mail is tried again.", null],
  ["putOff", "open", "Deferred. The relay said: “450 4.2.0 greylisted”", null],
  ["accepted", "good", "Accepted by the relay. The relay said: “250 2.0.0 queued as 4T1”", 9],
  ["delayed", "open", "Accepted by the relay; delayed on its way: “mx.example is busy”", null],
  ["bounced", "bad", "Accepted by the relay, and came back: “No such user”", 5],
  [
    "partBounced",
    "open",
    "Accepted by the relay. At least one recipient behind this address didn’t get it: “former@photos.example: 550 5.1.1 No such user”",
    5,
  ],
  [
    "cameBack",
    "open",
    "Accepted by the relay, and seems to have come back: “Sorry, no mailbox here by that name. (#5.1.1)”",
    5,
  ],
  [
    "unreadable",
    "open",
    "Accepted by the relay, and something came back. It can't be read: it has no text. This mail may not have arrived.",
    5,
  ],
  ["gotIt", "good", "You said that you got it.", 2],
  ["held", "bad", "Held back: mail to this address is refused. It goes out once the address works.", 9],
  ["failed", "bad", "Not delivered. It was given up after 72 hours.", 1],
  ["cancelled", "none", "Not sent: another mail took its place.", 1],
];

test.each(DELIVERIES)("a mail that is %s is %s: %s", (state, tone, words) => {
  expect(deliveryWords(MAILS[state])).toEqual({ tone, words });
});

test.each(DELIVERIES)(
  "the time beside a mail that is %s is that of its words",
  (state, _tone, _words, minutesAgo) => {
    const atMs = minutesAgo === null ? null : NOW_MS - minutesAgo * MINUTE_MS;
    expect(deliveryAtMs(MAILS[state])).toBe(atMs);
  },
);

test("what the owner says outweighs a message that it came back", () => {
  const mail = mailView({ bounce: MAILS.bounced.bounce, gotItAtMs: NOW_MS });
  expect(deliveryWords(mail).words).toBe("You said that you got it.");
  expect(deliveryAtMs(mail)).toBe(NOW_MS);
});

test("a mail that the relay refused for good says the relay's own words", () => {
  const last = { class: "policy" as const, words: "550 5.7.1 refused", atMs: NOW_MS };
  expect(deliveryWords({ ...MAILS.failed, last }).words).toBe(
    "Not delivered. The relay said: “550 5.7.1 refused”",
  );
});

test.each(["transport", "relay-refuses", "address-unsupported", "ambiguous"] as const)(
  "a mail that was given up because of the platform's relay (%s) says nothing that it said of the platform",
  (word) => {
    const last = { class: word, words: "535 5.7.8 bad credentials", atMs: NOW_MS };
    expect(deliveryWords({ ...MAILS.failed, last }).words).toBe(
      "Not delivered. It was given up after 72 hours.",
    );
  },
);

test.each([
  ["5.2.2", "input/output error", "your mailbox is full. The report says: “input/output error”"],
  ["5.2.2", "552 5.2.2 over quota", "“552 5.2.2 over quota”"],
  ["5.2.1", "input/output error", "“input/output error”"],
])("a mail that came back with %s and %j: %s", (status, detail, words) => {
  const { bounce } = MAILS.bounced;
  if (!bounce) throw new Error("There is no bounce.");
  expect(deliveryWords(mailView({ bounce: { ...bounce, status, detail } })).words).toBe(
    `Accepted by the relay, and came back: ${words}`,
  );
});

test("a mail that the relay can't address says why, and what its owner can do", () => {
  const last = { class: "address-unsupported", words: "no SMTPUTF8", atMs: NOW_MS } as const;
  expect(deliveryWords(mailView({ state: "queued", last })).words).toMatch(
    /^Queued: the platform’s mail relay can’t send to .* because of the letters outside ASCII before the @\. Ask /,
  );
});
