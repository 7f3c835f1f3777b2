import type { MailFacts } from "@/lib/alerts/mail-facts";
import { list } from "@/lib/wording/sentence";
import type { Block } from "./document";
import { momentInWords } from "./moments";
import { nameInWords } from "./names";

type Held = NonNullable<MailFacts["held"]>;

/** Since when its mail was held back, and why it comes now. */
export function heldLine({ held, atMs, timeZone }: MailFacts): Block[] {
  if (!held) return [];
  const moment = (at: number) => momentInWords(at, timeZone, atMs);
  const names = list(held.components.map((name) => nameInWords(name, 60)));
  const since = `The mail about its beginning was held back from ${moment(held.sinceMs)} on, because an incident of the platform ran (${names}).`;
  return [{ kind: "paragraph", text: `${since} ${whyNow(held, moment)}`.trim() }];
}

function whyNow({ why, overSinceMs }: Held, moment: (atMs: number) => string): string {
  switch (why) {
    case "outlasted":
      return overSinceMs === null
        ? "It has outlasted the incident."
        : `The incident is over since ${moment(overSinceMs)}, and this has outlasted it.`;
    case "limit":
      return "No mail is held back for longer than an hour.";
    case "own":
      return "By now not everything points to the platform alone, so it is not held back any longer.";
    case "together":
      return "Another mail is due now, so this one reports it as well.";
    case "data-missing":
      return "That there is no data is never held back.";
    case "alert-over":
      return "";
  }
}
