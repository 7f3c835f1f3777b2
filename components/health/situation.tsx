"use client";

import type { ReactNode } from "react";
import { bySameVerdict } from "@/components/attribution/same-verdict";
import type { Attribution } from "@/components/attribution/use-attribution";
import { SIDE_SIGNS, SIDE_WORDS } from "@/components/attribution/verdict-words";
import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { Reason } from "@/lib/attribution/reason";
import { reasonWords } from "@/lib/attribution/reason-words";
import { sideReasons } from "@/lib/attribution/side-reasons";
import type { Side, Verdict } from "@/lib/attribution/verdict";
import type { AttributedAlert } from "@/lib/attribution/view";
import type { SignalView } from "@/lib/evaluation/view";
import { incidentsFor } from "@/lib/notices/incidents";
import type { NoticesView } from "@/lib/notices/view";
import type { HealthView } from "@/lib/views/health/view";
import { inSentence } from "@/lib/wording/sentence";
import { changeWords, type KnownLine, knownLinesOf, nextWords, signalsToLookAt } from "./situation-words";

/** More than these would push the cards off the first screen; the rest stands further down. */
const ROWS_AT_MOST = 4;
const HALF_A_DAY_MS = 43_200_000;

/**
 * What an owner asks at 3 a.m. beside "is it healthy?": since when, whose, when will it be over, what now. Alerts with the same
 * reasons are one block. Nothing stands here while nothing is wrong.
 */
export function Situation({
  view,
  stale,
  attribution: { view: attribution, error },
  notices,
}: {
  view: HealthView;
  /** The view is no longer the present, so that nothing is said of what comes next. */
  stale: boolean;
  attribution: Attribution;
  notices: NoticesView;
}) {
  const { alerts } = attribution;
  const lines = knownLinesOf(view.signals);
  const pending = lines.filter(({ line }) => line.status === "pending");
  const lookAt = signalsToLookAt(view.signals, alerts, lines);
  if (alerts.length === 0 && lookAt.length === 0) return null;
  const shown = alerts.slice(0, ROWS_AT_MOST);
  return (
    <div className="mt-2 space-y-2 border-t border-line pt-2 text-sm sm:mt-3 sm:pt-3" data-situation>
      {bySameVerdict(shown).map(({ alerts: same }) => (
        <div key={same[0]?.alertId} data-block>
          <ul>
            {same.map((alert) => (
              <AlertRow
                key={alert.alertId}
                alert={alert}
                line={lines.find(({ key }) => key === alert.lineKey) ?? null}
                asOfMs={view.asOfMs}
                stale={stale}
              />
            ))}
          </ul>
          <Whose
            alert={same[0]}
            change={changeWords(
              view.runtime,
              Math.min(...same.map((each) => each.breachedAtMs)),
              view.asOfMs,
            )}
          />
        </div>
      ))}
      {pending.length > 0 && (
        // On a phone the cards say it, and would leave the first screen if alerts and what is pending stood above them.
        <ul className={alerts.length > 0 ? "max-sm:hidden" : undefined}>
          {pending.slice(0, ROWS_AT_MOST).map((known) => (
            <PendingRow key={known.key} known={known} asOfMs={view.asOfMs} />
          ))}
        </ul>
      )}
      <p className="flex flex-wrap items-center gap-x-4">
        {alerts.length > shown.length && (
          <a href="#whose" className="link inline-flex min-h-6 items-center">
            {moreAlerts(alerts.length - shown.length)}
          </a>
        )}
        {lookAt.length > 0 && <LookFirst ids={lookAt} signals={view.signals} />}
        {issuesOf(alerts, notices).map(({ number, url }) => (
          <ExternalLink key={number} href={url}>{`Operator’s issue #${number}`}</ExternalLink>
        ))}
      </p>
      {error && (
        <p className="text-ink-soft">
          Alerts as of <Time atMs={attribution.asOfMs} style="clock-seconds" withZone />. {error.message}
        </p>
      )}
    </div>
  );
}

/** Links to what helps with each of these signals. */
function LookFirst({ ids, signals }: { ids: readonly SignalView["id"][]; signals: HealthView["signals"] }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2.5">
      <span aria-hidden="true">What to look at first:</span>
      {ids.map((id) => (
        <PageLink
          key={id}
          href={`/signals/${id}#look-first`}
          className="link inline-flex min-h-6 items-center"
        >
          <span className="sr-only">What to look at first: </span>
          {inSentence(signals.find((each) => each.id === id)?.title ?? id)}
        </PageLink>
      ))}
    </span>
  );
}

const moreAlerts = (count: number): string => `${count} more ${count === 1 ? "alert" : "alerts"}`;

function AlertRow({
  alert: { alertId, name, breachedAtMs, firedAtMs },
  line,
  asOfMs,
  stale,
}: {
  alert: AttributedAlert;
  line: KnownLine | null;
  asOfMs: number;
  stale: boolean;
}) {
  const next = line && !stale && nextWords(line.line, asOfMs);
  return (
    <Row
      link={
        <PageLink href={`/alerts/${alertId}`} className="link font-medium first-letter:uppercase">
          {name} alert
        </PageLink>
      }
    >
      Breach began <At atMs={breachedAtMs} asOfMs={asOfMs} />; alerting since{" "}
      <At atMs={firedAtMs} asOfMs={asOfMs} withZone />.{next && ` ${next}`}
    </Row>
  );
}

function PendingRow({ known: { signal, line }, asOfMs }: { known: KnownLine; asOfMs: number }) {
  const name = signal.lines.length === 1 ? signal.title : line.label;
  return (
    <Row
      link={
        <PageLink href={`/signals/${signal.id}`} className="link font-medium first-letter:uppercase">
          {name} pending
        </PageLink>
      }
    >
      {line.conditionSinceMs !== null && (
        <>
          Breaching since <At atMs={line.conditionSinceMs} asOfMs={asOfMs} withZone />.{" "}
        </>
      )}
      {nextWords(line, asOfMs)}
    </Row>
  );
}

function Row({ link, children }: { link: ReactNode; children: ReactNode }) {
  return (
    <li>
      <span className="mr-2 inline-block first-letter:uppercase">{link}</span>
      <span className="text-ink-soft">{children}</span>
    </li>
  );
}

/** The day as well where the clock alone could be misread. */
function At({ atMs, asOfMs, withZone = false }: { atMs: number; asOfMs: number; withZone?: boolean }) {
  const style = asOfMs - atMs > HALF_A_DAY_MS ? "day-clock" : "clock";
  return <Time atMs={atMs} style={style} withZone={withZone} />;
}

/** Whose it looks like, by the side used by mails and history, the reason that decides it, and what changed just before. */
function Whose({ alert, change }: { alert: AttributedAlert | undefined; change: string | null }) {
  if (!alert) return null;
  const { verdict, keptSide } = alert;
  const side = keptSide ?? verdict?.side ?? null;
  const deciding = verdict && side ? sideReasons(side, verdict.reasons) : [];
  return (
    <p data-whose={side ?? "none"}>
      {verdict && side ? (
        <>
          <strong className="font-medium">
            <span aria-hidden="true" className="text-ink-soft">
              {SIDE_SIGNS[side]}
            </span>{" "}
            {SIDE_WORDS[side]}
          </strong>
          {`: ${whyWords(side, verdict, deciding)}`}
        </>
      ) : (
        "No verdict: the evidence wasn’t available when this alert began."
      )}{" "}
      {change && deciding.every(({ kind }) => kind !== "deployment") && `${change} `}
      <a href="#whose" className="link inline-flex min-h-6 items-center">
        All reasons
      </a>
    </p>
  );
}

/** Why it is this side; where no evidence is left for it, how the verdict changed. */
function whyWords(side: Side, { side: now, sentence }: Verdict, deciding: readonly Reason[]): string {
  if (deciding.length > 0) return deciding.map((reason) => reasonWords(reason, true)).join(" ");
  if (now === side) return sentence;
  return `Decided at onset. By later evidence about the onset: ${SIDE_WORDS[now].toLowerCase()}.`;
}

/** The operator's open incidents about what the platform's side is blamed for. */
function issuesOf(alerts: readonly AttributedAlert[], notices: NoticesView) {
  const blamed = alerts.flatMap(({ verdict }) =>
    verdict && (verdict.side === "platform" || verdict.side === "both") ? verdict.reasons : [],
  );
  if (blamed.length === 0 || notices.source !== "known") return [];
  const components = blamed.flatMap(({ target }) => (target.kind === "component" ? [target.component] : []));
  return incidentsFor(notices.open, components);
}
