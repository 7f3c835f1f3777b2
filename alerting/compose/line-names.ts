import type { JudgedLine } from "@/alerting/fleet/questions";
import type { MailLine } from "@/lib/alerts/mail-facts";
import { ownName } from "@/lib/wording/line-name";

/** What a mail names a line from. A line beside the one that is the signal itself goes by its label, without the signal's title. */
export function lineNamesOf({
  signalId: id,
  signal: { title, lines },
  line,
}: JudgedLine): Pick<MailLine, "signalTitle" | "lineLabel"> {
  const own = ownName({ id, title, lines }, line);
  return own === null || own === title
    ? { signalTitle: title, lineLabel: line.label }
    : { signalTitle: own, lineLabel: "" };
}
