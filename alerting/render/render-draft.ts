import pLimit from "p-limit";
import { composeRendered } from "@/alerting/compose/compose-rendered";
import { type JudgedLine, judgedLines } from "@/alerting/fleet/questions";
import { listsChanges } from "@/alerting/mail/kinds";
import type { MailFacts, MailLine, RenderedMail } from "@/lib/alerts/mail-facts";
import type { Trend } from "@/lib/alerts/store";
import { type StoredFacts, storedFactsOf } from "@/lib/alerts/stored-facts";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { FinishedDraft, LeasedDraft } from "@/lib/delivery/drafts/store";
import { log } from "@/lib/infra/log";
import type { Prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { type HourBefore, hoursBefore } from "./hour-before";

export type DraftRendererOptions = {
  prometheus: Pick<Prometheus, "instant" | "range">;
  scopeOf(tenantId: string): TenantScope;
  readBundle(): Promise<Bundle | null>;
  renderMail(content: MailFacts): Promise<RenderedMail>;
  mailFrom: string;
  label: string;
  picturesWithinMs: number;
  /** A mail that takes longer goes out as its short text: whatever hangs keeps no other mail. */
  renderOneWithinMs: number;
};

export type RenderSteps = {
  /** Whether there is time to ask for a mail's hour before. */
  isPictured(draft: LeasedDraft): boolean;
  /** Asked before each one. */
  mayBegin(): boolean;
  /** Gets each one as it is done. It doesn't reject. */
  take(done: RenderedDraft): Promise<void>;
};

/** In what form a mail leaves. short: as the text that it was written with. */
export type RenderedForm = "with-hour" | "without-hour" | "short";

export type RenderedDraft = {
  finished: FinishedDraft;
  form: RenderedForm;
  /** What was seen up to the firing of alerts, by their ids. */
  trends: (readonly [alertId: string, trend: Trend])[];
};

/** A picture is drawn on a thread beside the main one; more at a time would only take more memory. */
const AT_ONCE = 4;

/** Renders drafts. What it asks for is asked once a turn, and for each mail's own tenant alone. */
export function createDraftRenderer(options: DraftRendererOptions) {
  const { prometheus, label: tenantLabel, picturesWithinMs: withinMs } = options;

  /** Asks for the hour before a mail. A turn's questions share one deadline; where the bundle can't be read, nothing is asked. */
  async function hours(): Promise<AskHour> {
    const bundle = await options.readBundle().catch((error) => {
      log.warn({ err: error }, "The bundle can't be read; mails go without what was before.");
      return null;
    });
    if (!bundle) return () => null;
    const lines = new Map<string, JudgedLine>(judgedLines(bundle).map((line) => [line.lineKey, line]));
    const untilMs = performance.now() + withinMs;
    return ({ askedAtMs: atMs }, tenantId) => {
      const left = { atMs, withinMs: untilMs - performance.now() };
      const hour = hoursBefore({ bundle, tenantLabel, prometheus }, left)(options.scopeOf(tenantId));
      return { ...hour, lineOf: ({ signal, line }) => lines.get(`${signal}/${line}`) };
    };
  }

  async function renderOne(draft: LeasedDraft, hourOf: AskHour | null): Promise<RenderedDraft> {
    const { id, recipient, messageId, threadId, tenantId, kind } = draft;
    const finished = { id, recipient, messageId };
    const short: RenderedDraft = { finished: { ...finished, rendered: null }, form: "short", trends: [] };
    const stored = storedFactsOf(draft.facts);
    if (!stored) {
      log.error(
        { mail: id, tenant: tenantId, kind },
        "A mail's facts can't be used; it goes out as a short text.",
      );
      return short;
    }
    try {
      const content = await contentOf(stored, tenantId, hourOf);
      const rendered = await within(options.renderOneWithinMs, options.renderMail(content));
      const envelope = {
        mailFrom: options.mailFrom,
        to: recipient,
        atMs: stored.writtenAtMs,
        threadId,
        messageId,
      };
      const { raw, rawTextOnly } = await composeRendered(rendered, envelope);
      return {
        finished: { ...finished, rendered: { raw, rawTextOnly } },
        form: content === stored.mail ? "without-hour" : "with-hour",
        trends: trendsOf(content),
      };
    } catch (error) {
      log.error(
        { mail: id, tenant: tenantId, kind, err: error },
        "A mail could not be rendered; it goes out as a short text.",
      );
      return short;
    }
  }

  /** Renders drafts, a few at a time. It never throws. */
  async function render(
    leased: readonly LeasedDraft[],
    { isPictured, mayBegin, take }: RenderSteps,
  ): Promise<void> {
    const hourOf = leased.some(isPictured) ? await hours() : null;
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      leased.map((draft) =>
        limit(async () => {
          if (mayBegin()) await take(await renderOne(draft, isPictured(draft) ? hourOf : null));
        }),
      ),
    );
  }

  return { render };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${ms} ms.`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A mail without its hour is better than a short text. */
async function contentOf(stored: StoredFacts, tenantId: string, hourOf: AskHour | null): Promise<MailFacts> {
  try {
    const hour = hourOf?.(stored, tenantId) ?? null;
    return hour ? await withHour(stored.mail, hour) : stored.mail;
  } catch (error) {
    log.warn({ tenant: tenantId, err: error }, "A mail's hour before can't be asked for; it goes without.");
    return stored.mail;
  }
}

type AskHour = (stored: StoredFacts, tenantId: string) => HourOf | null;
type HourOf = HourBefore & { lineOf(line: MailLine): JudgedLine | undefined };

/** The facts with what was in the hour before, as far as it can be asked for in time; what is known already stays. */
async function withHour(mail: MailFacts, hour: HourOf): Promise<MailFacts> {
  const trendsOfLines = (lines: readonly MailLine[]) =>
    Promise.all(
      lines.map(async (line) => {
        const judged = hour.lineOf(line);
        return { ...line, trend: judged ? await hour.trend(judged) : null };
      }),
    );
  const [lines, alsoFiring, deployments, restarts] = await Promise.all([
    trendsOfLines(mail.lines),
    trendsOfLines(mail.alsoFiring),
    mail.deployments ?? hour.deployments(),
    // Asked for although the newest restart of each container is known: a crash loop has more.
    listsChanges(mail.kind) ? hour.restarts() : null,
  ]);
  return {
    ...mail,
    lines,
    alsoFiring,
    deployments,
    ...(mail.restarts !== undefined && { restarts: restarts ?? mail.restarts }),
  };
}

/** The hour before an alert that fires now is kept with it. */
const trendsOf = ({ lines, atMs }: MailFacts): RenderedDraft["trends"] =>
  lines.flatMap(({ alert, trend }) =>
    alert?.firedAtMs === atMs && trend ? [[alert.id, trend] as const] : [],
  );
