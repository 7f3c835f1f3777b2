import { withDeadline } from "@/alerting/runtime/deadline";
import { failedOutcome } from "@/lib/delivery/smtp/outcome";
import { parseSmtpUrl, SmtpUrlError } from "@/lib/delivery/smtp/smtp-url";
import { needsSmtpUtf8 } from "@/lib/infra/mail-address";
import { connectToRelay } from "./relay-connection";

const ASK_TIMEOUT_MS = 15_000;
const NAMED = 3;
const NEVER = new AbortController().signal;

/** What the definitions' addresses mean for the relay: problems are refused, warnings are only said. */
type AddressFindings = { problems: string[]; warnings: string[] };

/**
 * Says which contact addresses the relay can't send to. The relay is asked only if an address needs SMTPUTF8 (RFC 6531): every relay
 * takes the others.
 * @param smtpUrl SMTP_URL; undefined: the relay isn't known here
 * @param ehloName what EHLO says, unless SMTP_URL says it
 * @param stop gives the question up
 */
export async function checkAddresses(
  tenants: readonly { id: string; contactAddress: string }[],
  smtpUrl: string | undefined,
  ehloName?: string,
  stop: AbortSignal = NEVER,
): Promise<AddressFindings> {
  const needy = tenants.filter(({ contactAddress }) => needsSmtpUtf8(contactAddress));
  if (needy.length === 0) return { problems: [], warnings: [] };
  const which = needy.slice(0, NAMED).map(({ id }) => id);
  const of = `${which.join(", ")}${needy.length > NAMED ? ` and ${needy.length - NAMED} more` : ""}`;
  const unknown = (why: string) => ({
    problems: [],
    warnings: [
      `Warning: the contact address of ${of} has letters outside ASCII before its @, which needs a relay with SMTPUTF8. ${why}`,
    ],
  });
  if (smtpUrl === undefined) return unknown("With SMTP_URL set, the relay is asked.");
  const answer = await askRelay(smtpUrl, ehloName, stop);
  if (answer.trouble !== null) return unknown(`The relay could not be asked: ${answer.trouble}`);
  if (answer.offersSmtpUtf8) return { problems: [], warnings: [] };
  return {
    problems: needy.map(
      ({ id, contactAddress }) =>
        `${id}: contactAddress ${JSON.stringify(contactAddress)} has letters outside ASCII before its @, and the relay ${answer.relay} doesn't offer SMTPUTF8. Record another address, or use a relay that offers it.`,
    ),
    warnings: [],
  };
}

async function askRelay(smtpUrl: string, ehloName: string | undefined, stop: AbortSignal) {
  const answer = { relay: "", offersSmtpUtf8: false, trouble: null as string | null };
  try {
    const target = parseSmtpUrl(smtpUrl);
    const options = { target, ehloName, connectTimeoutMs: ASK_TIMEOUT_MS, onGreeted: () => {} };
    const connection = await withDeadline(ASK_TIMEOUT_MS, stop, (signal) =>
      connectToRelay({ ...options, drop: ({ smtp }) => smtp.close() }, signal),
    );
    connection.smtp.quit();
    return { ...answer, relay: target.relay, offersSmtpUtf8: connection.offersSmtpUtf8 };
  } catch (error) {
    const trouble = error instanceof SmtpUrlError ? error.message : failedOutcome(error, "connect").words;
    return { ...answer, trouble };
  }
}
