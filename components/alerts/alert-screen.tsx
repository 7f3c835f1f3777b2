import type { ReactNode } from "react";
import { HoldWords } from "@/components/attribution/hold-words";
import { VerdictHistory } from "@/components/attribution/verdict-history";
import { SeriesTable } from "@/components/charts/series-table";
import type { OperatorSide } from "@/components/notices/platform-issues";
import { Card } from "@/components/ui/card";
import { PageLink } from "@/components/ui/page-link";
import { StatusPill } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { AlertView } from "@/lib/alerts/view";
import type { RecordedVerdict } from "@/lib/attribution/recorded-verdict";
import { releasePath } from "@/lib/releases/address";
import type { ReleaseBefore } from "@/lib/views/alerts/read-pass-on";
import type { AlertWaiting } from "@/lib/views/alerts/read-waiting";
import type { TabledSeries } from "@/lib/views/series/read-tables";
import { formatDuration } from "@/lib/wording/format";
import { resolveWords } from "@/lib/wording/resolve-words";
import { waitingList } from "@/lib/wording/waiting-words";
import { AlertChart } from "./alert-chart";
import { alertValue, endWords, thresholdThen } from "./alert-words";
import { MailList } from "./mail-list";
import { PassOn } from "./pass-on";

/** One alert: its facts, its chart, its mails. */
export function AlertScreen({
  tenantId,
  alert,
  waiting,
  worstPart = null,
  verdicts,
  operator,
  passOn,
  release,
  nowMs,
  table = null,
}: {
  tenantId: string;
  alert: AlertView;
  /** What kept pods from running; null where the alert isn't about them. */
  waiting: AlertWaiting | null;
  /** The worst part when it fired, in words; null where it isn't known, or there is only one. */
  worstPart?: string | null;
  /** The verdicts on whose problem it is, oldest first. */
  verdicts: readonly RecordedVerdict[];
  operator: OperatorSide;
  /** The texts to copy. */
  passOn: { markdown: string; forUsers: string };
  /** What was deployed before the breach. */
  release: ReleaseBefore;
  nowMs: number;
  /** Set for a reader without JavaScript: what stands in place of the chart. */
  table?: TabledSeries | null;
}) {
  const { ended } = alert;
  return (
    <div className="space-y-4" data-alert={alert.id}>
      <AlertHead alert={alert} nowMs={nowMs} />
      <Card id="facts" title="What happened">
        <AlertFacts alert={alert} nowMs={nowMs} />
        <SinceRelease release={release} breachedAtMs={alert.breachedAtMs} />
        {worstPart && (
          <p className="mt-3 text-sm" data-worst-part>
            Worst part when it fired: {worstPart}.
          </p>
        )}
        {waiting && <WaitingWords waiting={waiting} />}
        <TogetherWith alerts={alert.together} />
      </Card>
      <VerdictHistory verdicts={verdicts} operator={ended ? null : operator} />
      <Card
        id="chart"
        title="Chart"
        aside={
          <PageLink href={`/signals/${alert.signal}`} className="link text-sm">
            This signal now
          </PageLink>
        }
      >
        {table ? (
          <SeriesTable title={alert.title} {...table} />
        ) : (
          <AlertChart tenantId={tenantId} alert={alert} />
        )}
      </Card>
      <Card id="mails" title="Mails">
        {alert.hold && (
          <p className="mb-2" data-hold={alert.hold.ended?.why ?? "held"}>
            <HoldWords hold={alert.hold} />
          </p>
        )}
        {alert.mails.length === 0 && !alert.hold && (
          <p className="text-ink-soft">No mail was written for it.</p>
        )}
        {alert.mails.length > 0 && <MailList mails={alert.mails} />}
        <p className="mt-2 text-sm text-ink-soft">
          Accepted means that the relay took it. Delivery beyond the relay can't be tracked.
        </p>
      </Card>
      {/* It is copied on a screen. On paper the page itself is what is passed on. */}
      <div className="print:hidden">
        <PassOn {...passOn} />
      </div>
    </div>
  );
}

function AlertHead({ alert, nowMs }: { alert: AlertView; nowMs: number }) {
  const { ended } = alert;
  return (
    <div>
      <nav aria-label="Back">
        <PageLink href="/alerts" className="link inline-flex min-h-6 items-center text-sm">
          All alerts
        </PageLink>
      </nav>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-2xl font-semibold tracking-tight">{alert.title}</h1>
        {!ended && <StatusPill status="firing" />}
        <p className="text-ink-soft">{endWords(alert, nowMs)}</p>
      </div>
      {!ended && (
        <p className="mt-1 flex flex-wrap items-center gap-x-4 text-sm">
          <span>{resolveWords(alert.threshold.recoverForSeconds)}</span>
          <PageLink
            href={`/signals/${alert.signal}#look-first`}
            className="link inline-flex min-h-6 items-center"
          >
            What to look at first
          </PageLink>
        </p>
      )}
    </div>
  );
}

function AlertFacts({ alert, nowMs }: { alert: AlertView; nowMs: number }) {
  const { ended, worst, last } = alert;
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
      <Fact name="Alerting since">
        <Time atMs={alert.firedAtMs} style="day-clock" withZone />
        <Small>
          breach began <Time atMs={alert.breachedAtMs} style="clock" withZone />, at{" "}
          {alertValue(alert.firedValue, alert)}
        </Small>
      </Fact>
      <Fact name="Worst">
        {alertValue(worst.value, alert)}
        <Small>
          at <Time atMs={worst.atMs} style="day-clock" withZone />
        </Small>
      </Fact>
      <Fact name={ended ? "Ended" : "Now"}>
        {ended ? <Time atMs={ended.atMs} style="day-clock" withZone /> : "Ongoing"}
        <Small>
          {ended
            ? `after ${formatDuration(ended.atMs - alert.firedAtMs)}${last ? `, at ${alertValue(last.value, alert)}` : ""}`
            : `for ${formatDuration(nowMs - alert.firedAtMs)}`}
        </Small>
      </Fact>
      <Fact name="Threshold at the time">
        {thresholdThen(alert)}
        <Small>recovery period {formatDuration(alert.threshold.recoverForSeconds * 1000)}</Small>
      </Fact>
    </dl>
  );
}

/** "Began 12 min after 1.4.3 was deployed." That one came before the other is no proof, and is said as such. */
function SinceRelease({ release, breachedAtMs }: { release: ReleaseBefore; breachedAtMs: number }) {
  if (release.kind !== "deployed") return null;
  return (
    <p className="mt-3 break-words text-sm" data-release-before>
      The breach began {formatDuration(breachedAtMs - release.atMs)} after{" "}
      <PageLink href={releasePath(release.atMs)} className="link">
        {release.version}
      </PageLink>{" "}
      was deployed.
    </p>
  );
}

/** The alerts of the same thread. */
function TogetherWith({ alerts }: { alerts: AlertView["together"] }) {
  if (alerts.length === 0) return null;
  return (
    <p className="mt-3 text-sm text-ink-soft">
      At the same time, in the same mails:{" "}
      {alerts.map(({ id, title }, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <PageLink href={`/alerts/${id}`} className="link">
            {title}
          </PageLink>
        </span>
      ))}
    </p>
  );
}

/** Replicas may lack without anything that waits: then there is nothing to name. */
function WaitingWords({ waiting: { atMs, isNow, listed, failure } }: { waiting: AlertWaiting }) {
  if (listed?.total === 0) return null;
  return (
    <p className="mt-3 text-sm" data-waiting>
      {isNow ? (
        "Waiting now"
      ) : (
        <>
          Waiting at <Time atMs={atMs} style="day-clock" withZone />
        </>
      )}
      {": "}
      {listed
        ? `${waitingList(listed.waiting, listed.total)}.`
        : `what keeps pods from running isn't known. ${failure.message}`}
    </p>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="mt-0.5 font-medium">{children}</dd>
    </div>
  );
}

function Small({ children }: { children: ReactNode }) {
  return <span className="block text-[0.8125rem] font-normal text-ink-soft">{children}</span>;
}
