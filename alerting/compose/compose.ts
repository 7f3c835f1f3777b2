import { randomUUID } from "node:crypto";
import pLimit from "p-limit";
import type { JudgedLine } from "@/alerting/fleet/questions";
import type { CycleWrite, TenantAddress } from "@/lib/alerts/ledger/store";
import type { MailFacts, RenderedMail } from "@/lib/alerts/mail-facts";
import type { PlannedMail } from "@/lib/alerts/mails";
import type { CyclePlan } from "@/lib/alerts/plan";
import type { Verdict } from "@/lib/attribution/verdict";
import type { Bundle, Threshold } from "@/lib/catalogue/bundle";
import { DEFAULT_PLATFORM, type Platform } from "@/lib/catalogue/platform";
import { type NewMail, orderKeyOf } from "@/lib/delivery/mail";
import type { LineKey } from "@/lib/evaluation/effective";
import { log } from "@/lib/infra/log";
import type { Prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import type { RecordedEdit } from "@/lib/thresholds/record";
import { composeRendered } from "./compose-rendered";
import { hoursBefore } from "./hour-before";
import { contentOf } from "./mail-facts";
import { offByTenant, recentEdits, switchedOffBy } from "./threshold-edits";

export type ComposeOptions = {
  prometheus: Pick<Prometheus, "instant" | "range">;
  scopeOf(tenantId: string): TenantScope;
  renderMail(content: MailFacts): Promise<RenderedMail>;
  readPlatform(): Promise<Platform>;
  /** The threshold edits of these tenants after a time, by tenant id. */
  readEdits(tenantIds: readonly string[], since: { sinceMs: number }): Promise<Map<string, RecordedEdit[]>>;
  /** The lines of these tenants that are switched off, and who did it. */
  readSwitchedOff(tenantIds: readonly string[]): Promise<Parameters<typeof offByTenant>[0]>;
  /** MAIL_FROM. */
  mailFrom: string;
  /** NEXTAUTH_URL. */
  portalUrl: string;
  label: string;
  /** How long the questions for pictures may take in all: a mail without one is better than a late one. */
  picturesWithinMs: number;
};

export type ComposeInput = {
  bundle: Bundle;
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
  verdictOf(alertId: string): Verdict | null;
};

export type Composed = Pick<CycleWrite, "mails" | "trends">;

const HOUR_MS = 3_600_000;
const AT_ONCE = 16;

/**
 * Renders the planned mails, once: these bytes are what every try sends.
 *
 * A mail that can't be rendered goes out in a plain form, and one that can't be addressed is written as refused, which its owner
 * sees: one tenant's trouble never keeps the others' cycle from being written, and never ends in nothing.
 * @throws the driver's error when the database can't be asked
 */
export async function composeMails(
  options: ComposeOptions,
  input: ComposeInput,
  planned: CyclePlan["mails"],
): Promise<Composed> {
  const trends: Trends = new Map();
  if (planned.length === 0) return { mails: [], trends };
  const contentFor = await contentWriter(options, input, planned);
  const limit = pLimit(AT_ONCE);
  const composed = await Promise.all(
    planned.map(({ tenantId, mail }) =>
      limit(async () => {
        const address = input.addresses.get(tenantId);
        if (!address) return []; // gone since it was planned: its rows go with it
        const rendered = await renderInFull(options, contentFor, address, mail, (content) =>
          keepTrends(trends, content, input.slotMs),
        ).catch((error) => {
          log.error(
            { tenant: tenantId, kind: mail.kind, err: error },
            "A mail could not be written in full; it goes out plain.",
          );
          return plainly(options, address, mail);
        });
        const written = await write(options, input, address, mail, rendered);
        return [{ mail: written, supersedes: mail.supersedes ? mail.thread : null }];
      }),
    ),
  );
  return { mails: composed.flat(), trends };
}

type Trends = Map<string, [atMs: number, value: number | null][]>;
type ContentFor = (tenant: TenantAddress, mail: PlannedMail) => Promise<MailFacts>;

async function renderInFull(
  { renderMail }: ComposeOptions,
  contentFor: ContentFor,
  address: TenantAddress,
  mail: PlannedMail,
  onContent: (content: MailFacts) => void,
): Promise<RenderedMail> {
  const content = await contentFor(address, mail);
  onContent(content);
  return renderMail(content);
}

/** The hour before an alert that fires now is kept with it. */
function keepTrends(trends: Trends, { lines }: MailFacts, slotMs: number): void {
  for (const { alert, trend } of lines) if (alert?.firedAtMs === slotMs && trend) trends.set(alert.id, trend);
}

/** Reads what the mails of this cycle have in common, each thing once for all tenants. */
async function contentWriter(
  options: ComposeOptions,
  input: ComposeInput,
  planned: CyclePlan["mails"],
): Promise<ContentFor> {
  const { prometheus, label: tenantLabel, portalUrl, picturesWithinMs: withinMs } = options;
  const { bundle, lines, slotMs, askedAtMs } = input;
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
  const hourOf = hoursBefore({ bundle, tenantLabel, prometheus }, { atMs: askedAtMs, withinMs });
  return async (tenant, mail) =>
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
        hour: hourOf(options.scopeOf(tenant.id)),
        edits: recentEdits(edits.get(tenant.id) ?? [], lines),
        by: switchedOffBy(mail, switchedOff.get(tenant.id) ?? new Map()),
      },
      mail,
    );
}

/** What can be said whatever else fails. */
const plainly = (
  { portalUrl }: ComposeOptions,
  { name }: TenantAddress,
  { kind, reason }: PlannedMail,
): Pick<RenderedMail, "subject" | "text"> => ({
  subject: `${name}: ${kind}`,
  text: `${reason}\n\n${new URL("/", portalUrl).href}\n`,
});

async function write(
  { mailFrom }: ComposeOptions,
  { nowMs }: ComposeInput,
  address: TenantAddress,
  mail: PlannedMail,
  rendered: Parameters<typeof composeRendered>[0],
): Promise<NewMail> {
  const composed = await composeRendered(rendered, {
    mailFrom,
    to: address.contactAddress,
    atMs: nowMs,
    threadId: mail.thread.id,
  });
  return {
    id: randomUUID(),
    tenantId: address.id,
    kind: mail.kind,
    recipient: address.contactAddress,
    threadId: mail.thread.id,
    // One order for all of a tenant's mails: a mail may tell of several signals, and none of them may overtake it.
    orderKey: orderKeyOf(address.id, "alerts"),
    ...composed,
  };
}
