import { repeat } from "@/alerting/runtime/repeat";
import { type Outbox, outbox as processOutbox } from "@/lib/delivery/store";
import { log } from "@/lib/infra/log";
import { needsSmtpUtf8 } from "@/lib/infra/mail-address";
import { checkAddresses } from "./check-addresses";

export type AddressWatch = {
  /** What the relay can't send to, as a sentence that names no tenant. */
  findings(): string[];
  stop(): Promise<void>;
};

/** How often it looks whether the addresses have changed. */
const LOOK_EVERY_MS = 60_000;
/** The same addresses are asked about again after this time: a relay may learn an extension, or lose it. */
const ASK_EVERY_MS = 3_600_000;

type Options = {
  smtpUrl: string;
  /** What EHLO says, unless SMTP_URL says it. */
  ehloName?: string;
  outbox?: Pick<Outbox, "addressesOutsideAscii">;
  lookEveryMs?: number;
};

/**
 * Asks the relay for SMTPUTF8 at the start, after each change of the addresses that need it, and once an hour, as `check` and `apply` of
 * the definitions do: they may have been applied without SMTP_URL, and the relay may be another one by now. Without such an address it
 * asks nothing. A relay that can't be asked proves nothing, and is asked again.
 */
export function startAddressWatch(options: Options): AddressWatch {
  const { smtpUrl, ehloName, outbox = processOutbox, lookEveryMs = LOOK_EVERY_MS } = options;
  let unreachable = 0;
  let asked: { addresses: string; atMs: number } | null = null;

  const complaint = "It could not be checked whether the relay takes the contact addresses outside ASCII.";
  const running = repeat({ pauseMs: lookEveryMs, complaint }, async (stop) => {
    const all = await outbox.addressesOutsideAscii();
    const needy = all.filter(({ contactAddress }) => needsSmtpUtf8(contactAddress));
    const addresses = JSON.stringify(needy);
    if (asked?.addresses === addresses && performance.now() - asked.atMs < ASK_EVERY_MS) return;
    const { problems, warnings } = await checkAddresses(needy, smtpUrl, ehloName, stop);
    if (warnings.length > 0) return;
    asked = { addresses, atMs: performance.now() };
    unreachable = problems.length;
    if (unreachable > 0)
      log.warn(
        { tenants: needy.map(({ id }) => id) },
        "The relay doesn't offer SMTPUTF8, which the contact addresses of these tenants need: their mails wait.",
      );
  });
  return { findings: () => (unreachable > 0 ? [sentence(unreachable)] : []), stop: running.stop };
}

/** Anybody may read /readyz. */
const sentence = (count: number) =>
  `The mail relay doesn't offer SMTPUTF8, which ${count === 1 ? "a contact address needs" : `${count} contact addresses need`} (letters outside ASCII before the @): mails to ${count === 1 ? "it" : "them"} wait. The log names the tenants.`;
