import { renderMail as renderInFull } from "@/alerting/mail/render";
import { mailsRenderedTotal } from "@/alerting/runtime/metrics";
import type { MailFacts, RenderedMail } from "@/lib/alerts/mail-facts";
import { alertStore, type Trend } from "@/lib/alerts/store";
import { FACTS_VERSION } from "@/lib/alerts/stored-facts";
import type { Bundle } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { type Drafts, drafts as processDrafts } from "@/lib/delivery/drafts/store";
import { log } from "@/lib/infra/log";
import { type Prometheus, prometheus as processPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import type { TenantScope } from "@/lib/tenant/scope";
import { createLease } from "./lease";
import { createDraftRenderer } from "./render-draft";

export type RenderOptions = {
  /** MAIL_FROM. */
  mailFrom: string;
  /** TENANT_LABEL. */
  label: string;
  drafts?: Drafts;
  recordTrends?(trends: ReadonlyMap<string, Trend>): Promise<void>;
  prometheus?: Pick<Prometheus, "instant" | "range">;
  scopeOf?(tenantId: string): TenantScope;
  readBundle?(): Promise<Bundle | null>;
  renderMail?(content: MailFacts): Promise<RenderedMail>;
  /** How long the questions for the pictures of one turn may take in all: a mail without one is better than a late one. */
  picturesWithinMs?: number;
  /** How long the rendering of one mail may take. */
  renderOneWithinMs?: number;
  /** One that never jumps: the lease depends on it. */
  clock?: { nowMs(): number };
};

/** While more drafts than this wait, mails go without pictures: one with a picture takes some ten times as long. */
const PICTURED_QUEUE = 600;
/** And so does a mail that has waited for this long. */
const PICTURED_AGE_MS = 20_000;
const [PICTURED_AT_ONCE, PLAIN_AT_ONCE] = [8, 32];
/** Many times what a turn takes. A mail whose rendering might outlast it isn't begun. */
const LEASE_SECONDS = 60;

/**
 * Makes the turn that rendering repeats: it leases a few drafts, renders them, and writes the bytes that every try will send.
 * @returns the turn, which says how many mails can leave because of it; it throws the driver's error when the database can't be asked
 */
export function createRenderTurn(options: RenderOptions, stop: AbortSignal): () => Promise<number> {
  const { drafts = processDrafts, recordTrends = alertStore.recordTrends } = options;
  const { renderOneWithinMs = 15_000, clock = { nowMs: () => performance.now() } } = options;
  const renderer = createDraftRenderer({
    mailFrom: options.mailFrom,
    label: options.label,
    prometheus: options.prometheus ?? processPrometheus(),
    scopeOf: options.scopeOf ?? mintTenantScope,
    readBundle: options.readBundle ?? catalogueStore.readBundle,
    renderMail: options.renderMail ?? renderInFull,
    picturesWithinMs: options.picturesWithinMs ?? 8_000,
    renderOneWithinMs,
  });

  return async () => {
    const waiting = await drafts.count(PICTURED_QUEUE + 1);
    if (waiting === 0) return 0;
    const isPictured = waiting <= PICTURED_QUEUE;
    const many = isPictured ? PICTURED_AT_ONCE : PLAIN_AT_ONCE;
    const endsAtMs = clock.nowMs() + LEASE_SECONDS * 1_000;
    const leased = await drafts.lease(many, LEASE_SECONDS, FACTS_VERSION);
    if (leased.length === 0) return 0;
    const lease = createLease({ drafts, clock, endsAtMs, renderOneWithinMs, stop });
    await renderer.render(leased, {
      isPictured: ({ ageMs }) => isPictured && ageMs < PICTURED_AGE_MS,
      mayBegin: lease.mayBegin,
      take: lease.write,
    });
    const written = lease.written();
    for (const { form } of written) mailsRenderedTotal.inc({ form });
    await recordTrends(new Map(written.flatMap(({ trends }) => trends))).catch((error) =>
      log.warn({ err: error }, "The hour before some alerts could not be recorded; their mails leave."),
    );
    await lease.end(leased);
    return written.length;
  };
}
