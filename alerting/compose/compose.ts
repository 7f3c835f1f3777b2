import { randomUUID } from "node:crypto";
import type { JudgedLine } from "@/alerting/fleet/questions";
import { shortMail } from "@/alerting/mail/short";
import type { TenantAddress } from "@/lib/alerts/ledger/store";
import type { MailFacts, ThreadMailKind } from "@/lib/alerts/mail-facts";
import type { PlannedMail } from "@/lib/alerts/mails";
import type { CyclePlan } from "@/lib/alerts/plan";
import { factsText } from "@/lib/alerts/stored-facts";
import type { MailVerdict } from "@/lib/attribution/verdict";
import type { Threshold } from "@/lib/catalogue/bundle";
import { DEFAULT_PLATFORM, type Platform } from "@/lib/catalogue/platform";
import type { NewDraft } from "@/lib/delivery/drafts/store";
import { orderKeyOf } from "@/lib/delivery/mail";
import type { TenantThread } from "@/lib/delivery/store";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import type { LineKey } from "@/lib/evaluation/effective";
import type { ListedWaiting } from "@/lib/evaluation/waiting";
import { log } from "@/lib/infra/log";
import type { RecordedEdit } from "@/lib/thresholds/record";
import { composeRendered } from "./compose-rendered";
import { type Changes, contentOf } from "./mail-facts";
import { renderRank } from "./rank";
import { offByTenant, recentEdits, switchedOffBy } from "./threshold-edits";

export type ComposeOptions = {
  readPlatform(): Promise<Platform>;
  /** The threshold edits of these tenants after a time, by tenant id. */
  readEdits(tenantIds: readonly string[], since: { sinceMs: number }): Promise<Map<string, RecordedEdit[]>>;
  /** The lines of these tenants that are switched off, and who did it. */
  readSwitchedOff(tenantIds: readonly string[]): Promise<Parameters<typeof offByTenant>[0]>;
  /** MAIL_FROM. */
  mailFrom: string;
  /** NEXTAUTH_URL. */
  portalUrl: string;
};

export type ComposeInput = {
  lines: ReadonlyMap<LineKey, JudgedLine>;
  /** The slot, and the instant that it was asked about. */
  slotMs: number;
  askedAtMs: number;
  /** When the mails are written. */
  nowMs: number;
  addresses: ReadonlyMap<string, TenantAddress>;
  thresholdOf(tenantId: string, lineKey: LineKey): Threshold | undefined;
  valueOf(tenantId: string, lineKey: LineKey): number | null;
  /** Whose problem an alert looks like; null where nothing was said of it. */
  verdictOf(alertId: string): MailVerdict | null;
  /** What the slot's evidence knows of a tenant's hour before. */
  changesOf(tenantId: string): Changes | null;
  /** What keeps a tenant's pods from running. null: it could not be read; undefined: nobody asked. */
  waitingOf(tenantId: string): ListedWaiting | null | undefined;
  /** The worst parts of a line that has just fired; undefined where nobody asked, or nobody answered in time. */
  partsOf(tenantId: string, lineKey: LineKey): Breakdown | undefined;
};

/** The mails of a slot before they are rendered. */
export type Composed = {
  kinds: ThreadMailKind[];
  superseded: TenantThread[];
  /** Each is made when it is asked for, and again at every call. */
  drafts(): AsyncGenerator<NewDraft>;
};

const HOUR_MS = 3_600_000;

/**
 * Collects what the planned mails say. Everything is read once for all tenants, and nothing is rendered: each mail is written with its
 * facts and a short text, which leaves where nobody renders it in time.
 *
 * A mail that can't be addressed is written as refused, which its owner sees: one tenant's trouble never keeps the others' cycle from
 * being written, and never ends in nothing.
 * @throws the driver's error when the database can't be asked
 */
export async function composeMails(
  options: ComposeOptions,
  input: ComposeInput,
  planned: CyclePlan["mails"],
): Promise<Composed> {
  if (planned.length === 0) return { kinds: [], superseded: [], drafts: async function* drafts() {} };
  // A tenant that is gone since it was planned gets none: their rows go with the tenant.
  const addressed = planned.flatMap(({ tenantId, mail }) => {
    const address = input.addresses.get(tenantId);
    return address ? [{ address, mail }] : [];
  });
  const contentFor = await contentWriter(options, input, planned);
  return {
    kinds: addressed.map(({ mail }) => mail.kind),
    superseded: addressed.flatMap(({ address, mail }) =>
      mail.supersedes ? [{ tenantId: address.id, threadId: mail.thread.id }] : [],
    ),
    drafts: async function* drafts() {
      const nth = new Map<string, number>();
      for (const { address, mail } of addressed) {
        const place = nth.get(address.id) ?? 0;
        nth.set(address.id, place + 1);
        yield await draftOf(options, input, contentFor, address, mail, place);
      }
    },
  };
}

type ContentFor = (tenant: TenantAddress, mail: PlannedMail) => MailFacts;

/** Reads what the mails of this cycle have in common, each thing once for all tenants. */
async function contentWriter(
  options: ComposeOptions,
  input: ComposeInput,
  planned: CyclePlan["mails"],
): Promise<ContentFor> {
  const { portalUrl } = options;
  const { lines, slotMs } = input;
  const tenantsOf = (mails: CyclePlan["mails"]) => [...new Set(mails.map(({ tenantId }) => tenantId))];
  const [platform, edits, off] = await Promise.all([
    options.readPlatform().catch((error): Platform => {
      log.error({ err: error }, "The platform's definition can't be used; mails go without its links.");
      return DEFAULT_PLATFORM;
    }),
    options.readEdits(tenantsOf(planned), { sinceMs: slotMs - HOUR_MS }),
    options.readSwitchedOff(tenantsOf(planned.filter(({ mail }) => mail.kind === "cancelled"))),
  ]);
  const switchedOff = offByTenant(off);
  return (tenant, mail) =>
    contentOf(
      {
        slotMs,
        portalUrl,
        platform,
        tenant,
        lines,
        thresholdOf: (lineKey) => input.thresholdOf(tenant.id, lineKey),
        valueOf: (lineKey) => input.valueOf(tenant.id, lineKey),
        verdictOf: input.verdictOf,
        changes: input.changesOf(tenant.id),
        waiting: input.waitingOf(tenant.id),
        partsOf: (lineKey) => input.partsOf(tenant.id, lineKey),
        edits: recentEdits(edits.get(tenant.id) ?? [], lines),
        by: switchedOffBy(mail, switchedOff.get(tenant.id) ?? new Map()),
      },
      mail,
    );
}

async function draftOf(
  { mailFrom, portalUrl }: ComposeOptions,
  { nowMs, askedAtMs }: ComposeInput,
  contentFor: ContentFor,
  address: TenantAddress,
  mail: PlannedMail,
  nth: number,
): Promise<NewDraft> {
  const { kind, thread } = mail;
  const { id: tenantId, contactAddress: recipient } = address;
  const content = writeContent(contentFor, address, mail, portalUrl);
  const composed = await composeRendered(content.short, {
    mailFrom,
    to: recipient,
    atMs: nowMs,
    threadId: thread.id,
  });
  return {
    id: randomUUID(),
    tenantId,
    kind,
    recipient,
    threadId: thread.id,
    // One order for all of a tenant's mails: a mail may report several signals, and none of them may overtake it.
    orderKey: orderKeyOf(tenantId, "alerts"),
    messageId: composed.messageId,
    raw: composed.raw,
    refused: composed.refused,
    facts:
      content.mail === null ? NO_FACTS : factsText({ mail: content.mail, askedAtMs, writtenAtMs: nowMs }),
    renderRank: renderRank(kind, content.mail?.lines[0]?.signal, nth),
  };
}

/** Facts that nobody can read: such a mail goes out as its short text. */
const NO_FACTS = "{}";

type MailContent = { mail: MailFacts | null; short: { subject: string; text: string } };

/** What a mail says, in full and in a few words. It never throws: what can be written whatever else fails is written. */
function writeContent(
  contentFor: ContentFor,
  address: TenantAddress,
  mail: PlannedMail,
  portalUrl: string,
): MailContent {
  const page = (facts: MailFacts | null) => facts?.links.alert ?? new URL("/", portalUrl).href;
  let facts: MailFacts | null = null;
  try {
    facts = contentFor(address, mail);
    return { mail: facts, short: shortMail(facts, page(facts)) };
  } catch (error) {
    log.error(
      { tenant: address.id, kind: mail.kind, err: error },
      "A mail could not be written in full; it goes out as a short text.",
    );
    const text = `${mail.reason}\n\n${page(facts)}\n`;
    return { mail: facts, short: { subject: `${address.name}: ${mail.kind}`, text } };
  }
}
