import { randomUUID } from "node:crypto";
import pLimit from "p-limit";
import { tenantSchema } from "@/lib/definitions/tenant-file";
import { type NewMail, orderKeyOf } from "@/lib/delivery/mail";
import type { MailContent, MailLine, RenderedMail } from "@/lib/episodes/mail-content";
import type { MailTopic, PlannedMail } from "@/lib/episodes/mails";
import type { Plan } from "@/lib/episodes/plan";
import { log } from "@/lib/log";
import type { Prometheus } from "@/lib/prometheus/client";
import { scopeQuery } from "@/lib/promql/scoped-query";
import type { Bundle, Threshold } from "@/lib/signals/bundle";
import { deploymentsOf } from "@/lib/signals/events";
import { endingGrid, fillGaps, TREND_STEP_SECONDS } from "@/lib/signals/grid";
import type { TenantScope } from "@/lib/tenancy/scope";
import type { LineKey } from "@/lib/thresholds/effective";
import { composeRendered } from "./compose-rendered";
import type { JudgedLine } from "./questions";
import type { CycleWrite, TenantAddress } from "./store";

export type ComposeOptions = {
  prometheus: Pick<Prometheus, "instant" | "range">;
  scopeOf(tenantId: string): TenantScope;
  renderMail(content: MailContent): Promise<RenderedMail>;
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
};

type Trend = [atMs: number, value: number | null][];
export type Composed = Pick<CycleWrite, "mails" | "trends">;

const linksSchema = tenantSchema.shape.links.catch({});
const HOUR_SECONDS = 3_600;
const AT_ONCE = 16;

/**
 * Renders the planned mails, once: these bytes are what every try sends.
 *
 * A mail that can't be rendered goes out in a plain form, and one that can't be addressed is left out and logged: one tenant's
 * trouble never keeps the others' cycle from being written.
 */
export async function composeMails(
  options: ComposeOptions,
  input: ComposeInput,
  planned: Plan["mails"],
): Promise<Composed> {
  const trends = new Map<string, Trend>();
  const pictures = pictureSource(options, input);
  const limit = pLimit(AT_ONCE);
  const composed = await Promise.all(
    planned.map(({ tenantId, mail }) =>
      limit(async () => {
        const address = input.addresses.get(tenantId);
        if (!address) return []; // gone since it was planned: its rows go with it
        try {
          const content = await contentOf(options, input, pictures, address, mail);
          for (const { episode, trend } of content.lines)
            if (episode?.firedAtMs === input.slotMs && trend) trends.set(episode.id, trend);
          const written = await write(options, input, address, mail, content);
          return [{ mail: written, supersedes: mail.supersedes ? mail.thread : null }];
        } catch (error) {
          log.error({ tenant: tenantId, kind: mail.kind, err: error }, "A mail could not be composed.");
          return [];
        }
      }),
    ),
  );
  return { mails: composed.flat(), trends };
}

async function write(
  { renderMail, mailFrom }: ComposeOptions,
  { nowMs }: ComposeInput,
  address: TenantAddress,
  mail: PlannedMail,
  content: MailContent,
): Promise<NewMail> {
  const rendered = await renderMail(content).catch((error): Pick<RenderedMail, "subject" | "text"> => {
    log.error(
      { tenant: address.id, kind: mail.kind, err: error },
      "A mail's template failed; it goes out plain.",
    );
    return { subject: `${address.name}: ${mail.kind}`, text: `${mail.reason}\n\n${content.links.health}\n` };
  });
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
    episodeKey: mail.thread.id,
    // One order for all of a tenant's mails: a mail may tell of several signals, and none of them may overtake it.
    orderKey: orderKeyOf(address.id, "alerts", address.contactAddress),
    ...composed,
  };
}

async function contentOf(
  options: ComposeOptions,
  input: ComposeInput,
  pictures: PictureSource,
  address: TenantAddress,
  mail: PlannedMail,
): Promise<MailContent> {
  const scope = options.scopeOf(address.id);
  const url = (path: string) => new URL(path, options.portalUrl).href;
  const lineOf = async (topic: MailTopic): Promise<MailLine[]> => {
    const judged = input.lines.get(topic.lineKey);
    const { episode } = topic;
    const threshold = episode?.threshold ?? input.thresholdOf(address.id, topic.lineKey);
    if (!judged || !threshold) return []; // the bundle has lost the line: its mail can only name it by what is left
    const { signal, signalId, line } = judged;
    return [
      {
        signal: signalId,
        signalTitle: signal.title,
        line: line.id,
        lineLabel: line.label,
        unit: signal.unit,
        worse: signal.worse,
        threshold,
        value: input.valueOf(address.id, topic.lineKey),
        missingSinceMs: topic.missingSinceMs,
        episode: episode && {
          id: episode.id,
          breachedAtMs: episode.breachedAtMs,
          firedAtMs: episode.firedAtMs,
          firedValue: episode.firedValue,
          worst: episode.worst.value,
          worstAtMs: episode.worst.atMs,
          endedAtMs: episode.ended?.atMs ?? null,
        },
        trend: await pictures.trend(scope, judged),
        url: url(`/signals/${signalId}`),
      },
    ];
  };
  const [lines, alsoFiring, deployments] = await Promise.all([
    Promise.all(mail.about.map(lineOf)),
    Promise.all(mail.alsoFiring.map(lineOf)),
    pictures.deployments(scope),
  ]);
  const root = input.lines.get(mail.thread.lineKey);
  const tellsOfEpisode = mail.about.some(({ episode }) => episode !== null);
  const links = linksSchema.parse(address.links);
  return {
    kind: mail.kind,
    reason: mail.reason,
    atMs: input.slotMs,
    capability: { id: address.id, name: address.name },
    timeZone: address.timeZone,
    thread: {
      id: mail.thread.id,
      signalTitle: root?.signal.title ?? mail.thread.lineKey,
      lineLabel: root?.line.label ?? mail.thread.lineKey,
      openedAtMs: mail.thread.openedAtMs,
    },
    lines: lines.flat(),
    alsoFiring: alsoFiring.flat(),
    deployments,
    links: {
      health: url("/"),
      thresholds: url("/thresholds"),
      alerts: url("/alerts"),
      episode: tellsOfEpisode ? url(`/alerts/${mail.thread.id}`) : null,
      capability: links.capability ?? null,
    },
  };
}

type PictureSource = {
  trend(scope: TenantScope, line: JudgedLine): Promise<Trend | null>;
  deployments(scope: TenantScope): Promise<MailContent["deployments"]>;
};

/** The hour before, asked for the mail's own tenant alone. */
function pictureSource(
  { prometheus, label, picturesWithinMs }: ComposeOptions,
  { bundle, askedAtMs }: ComposeInput,
): PictureSource {
  const grid = endingGrid(askedAtMs, HOUR_SECONDS, TREND_STEP_SECONDS);
  const deadlineMs = performance.now() + picturesWithinMs;
  const within = async <T>(work: () => Promise<T | null>): Promise<T | null> => {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return null;
    const giveUp = new AbortController();
    const late = new Promise<null>((resolve) => {
      const timer = setTimeout(() => resolve(null), leftMs);
      giveUp.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
    return Promise.race([work(), late])
      .catch((error) => {
        log.warn({ err: error }, "A mail's picture of the last hour could not be asked for.");
        return null;
      })
      .finally(() => giveUp.abort());
  };
  return {
    trend: (scope, { signal, line }) =>
      within(async () => {
        const query = scopeQuery(scope, line.query, { label, windowSeconds: signal.windowSeconds });
        const answer = await prometheus.range(query, grid);
        return answer.ok && answer.data.length <= 1 ? fillGaps(answer.data[0], grid) : null;
      }),
    deployments: (scope) =>
      within(async () => {
        const query = scopeQuery(scope, bundle.events.deployments, { label, windowSeconds: HOUR_SECONDS });
        const answer = await prometheus.instant(query, askedAtMs);
        if (!answer.ok) return null;
        return deploymentsOf(answer.data)
          .filter(({ atMs }) => atMs > grid.fromMs && atMs <= askedAtMs)
          .map(({ atMs, version }) => ({ atMs, version }));
      }),
  };
}
