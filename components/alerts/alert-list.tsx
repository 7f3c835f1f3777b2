import type { Route } from "next";
import { HoldWords } from "@/components/attribution/hold-words";
import { SIDE_WORDS } from "@/components/attribution/verdict-words";
import { Card } from "@/components/ui/card";
import { PageLink } from "@/components/ui/page-link";
import { StatusPill } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { AlertView } from "@/lib/alerts/view";
import { SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { alertValue, endWords, thresholdThen } from "./alert-words";
import { MailList } from "./mail-list";

/** The history of alerts, newest first, each with its mails. */
export function AlertList({
  alerts,
  titles,
  signal,
  nextHref,
  isFirstPage,
  nowMs,
}: {
  alerts: readonly AlertView[];
  /** The title of every signal. */
  titles: Record<SignalId, string>;
  /** The one that is shown; null: all. */
  signal: SignalId | null;
  /** The next, older page; null: there is none. */
  nextHref: Route | null;
  isFirstPage: boolean;
  nowMs: number;
}) {
  return (
    <Card id="history" title="History" aside={<Filter titles={titles} signal={signal} />}>
      {alerts.length === 0 ? (
        <p className="py-6 text-center text-ink-soft" data-empty>
          {isFirstPage
            ? `No alert has fired${signal ? ` for ${titles[signal].toLowerCase()}` : ""} yet.`
            : "There are no older alerts."}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {alerts.map((alert) => (
            <AlertItem key={alert.id} alert={alert} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {(alerts.length > 0 || !isFirstPage) && (
        <p className="mt-3 flex flex-wrap gap-x-6 border-t border-line pt-3 text-sm">
          {!isFirstPage && (
            <PageLink href={signal ? `/alerts?signal=${signal}` : "/alerts"} className="link">
              Newest alerts
            </PageLink>
          )}
          {nextHref !== null && (
            <PageLink href={nextHref} className="link" rel="next">
              Older alerts
            </PageLink>
          )}
          <a href="/api/alerts/episodes.csv" className="link" download>
            Download as CSV
          </a>
        </p>
      )}
    </Card>
  );
}

function AlertItem({ alert, nowMs }: { alert: AlertView; nowMs: number }) {
  return (
    <li className="py-4 first:pt-0" data-alert={alert.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-medium">
          <PageLink href={`/alerts/${alert.id}`} className="link">
            {alert.title}
          </PageLink>
        </h3>
        {!alert.ended && <StatusPill status="firing" />}
        <p className="text-sm text-ink-soft">
          <Time atMs={alert.firedAtMs} style="day-clock" withZone /> · {endWords(alert, nowMs)}
        </p>
      </div>
      <p className="mt-0.5 text-sm text-ink-soft">
        Worst {alertValue(alert.worst.value, alert)}, alert {thresholdThen(alert)}
        {alert.together.length > 0 &&
          `, together with ${alert.together.map(({ title }) => title).join(", ")}`}
        {alert.side && (
          <span data-list-side={alert.side}> · looked like: {SIDE_WORDS[alert.side].toLowerCase()}</span>
        )}
      </p>
      {alert.hold && (
        <p className="mt-1 text-sm text-ink-soft" data-hold={alert.hold.ended?.why ?? "held"}>
          <HoldWords hold={alert.hold} />
        </p>
      )}
      {alert.mails.length === 0 && !alert.hold && (
        <p className="mt-1 text-sm text-ink-soft">No mail was written for it.</p>
      )}
      {alert.mails.length > 0 && (
        <div className="mt-1">
          <MailList mails={alert.mails} />
        </div>
      )}
    </li>
  );
}

function Filter({ titles, signal }: { titles: Record<SignalId, string>; signal: SignalId | null }) {
  const item = (href: Route, words: string, here: boolean) => (
    <li key={href}>
      <PageLink
        href={href}
        aria-current={here ? "true" : undefined}
        className={`inline-flex min-h-8 items-center rounded-md px-2.5 text-sm ${
          here ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:text-ink"
        }`}
      >
        {words}
      </PageLink>
    </li>
  );
  return (
    <nav aria-label="Signal">
      <ul className="flex flex-wrap gap-1">
        {item("/alerts", "All", signal === null)}
        {SIGNAL_IDS.map((id) => item(`/alerts?signal=${id}`, titles[id], signal === id))}
      </ul>
    </nav>
  );
}
