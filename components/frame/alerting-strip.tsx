import type { ReactNode } from "react";
import { PageLink } from "@/components/ui/page-link";
import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { Alerting } from "@/lib/alerting-chain/view";
import { formatAge } from "@/lib/wording/format";
import { ALERTING_STATE_WORDS, alertingState, LINK_WORDS, linkDetail } from "./alerting-words";

/** A link of the chain: a check where it works, an empty ring where it isn't there, a diamond where it is broken. */
function LinkMark({ ok, off }: { ok: boolean; off: boolean }) {
  if (ok) return <StatusIcon status="ok" size={14} />;
  if (!off) return <StatusIcon status="no-data" size={14} />;
  return (
    <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true" className="shrink-0 text-mute">
      <circle cx="10" cy="10" r="7.5" fill="none" stroke="currentColor" strokeWidth="1.75" />
    </svg>
  );
}

/** The links in a row, each with its mark: shown while one of them needs a look. */
function LinkRow({ links, off, stale }: { links: Alerting["links"]; off: boolean; stale: boolean }) {
  return (
    <ul className="flex flex-wrap items-center gap-x-3.5 gap-y-1.5 text-ink-soft">
      {links.map((link) => (
        <li key={link.id} className="flex items-center gap-1.5 whitespace-nowrap">
          {stale ? <StatusIcon status="unknown" size={14} /> : <LinkMark ok={link.ok} off={off} />}
          {LINK_WORDS[link.id]}
          <span className="sr-only">{stale ? ": unknown" : link.ok ? ": works" : ": does not work"}</span>
        </li>
      ))}
    </ul>
  );
}

/** What each link says of itself, and since when. */
function LinkDetails({ links, asOfMs, stale }: { links: Alerting["links"]; asOfMs: number; stale: boolean }) {
  return (
    <dl className="mt-2.5 grid gap-x-4 gap-y-1 border-t border-line pt-2.5 sm:grid-cols-[auto_1fr]">
      {links.map((link) => (
        <div key={link.id} className="contents">
          <dt className="font-medium first-letter:uppercase">{LINK_WORDS[link.id]}</dt>
          <dd className="mb-1 text-ink-soft sm:mb-0">
            {linkDetail(link, stale)}
            {link.atMs !== null && !stale && ` Last seen ${formatAge(asOfMs - link.atMs)}.`}
            {link.atMs !== null && stale && (
              <>
                {" "}
                Last seen <Time atMs={link.atMs} style="clock-seconds" withZone />.
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/**
 * What the page's answer is worth: one line while all links of the alerting chain work, which its details name; else each link
 * with its mark. The line is current, so its details show what was read with the page. Reasons stand there too, so that none is
 * shown by an icon alone.
 * @param stale the view is no longer the present, so that no link can be called working
 */
export function AlertingStrip({
  alerting,
  asOfMs,
  stale,
  silence,
}: {
  alerting: Alerting;
  asOfMs: number;
  stale: boolean;
  /** The proof of silence in words, as of when the page was loaded. The server writes them: they are no script of the page. */
  silence: ReactNode;
}) {
  const standing = alertingState(alerting);
  const isCalm = standing === "on" && !stale;
  return (
    <section
      aria-label="Alerting"
      className={`rounded-xl border px-4 py-2 text-sm sm:px-5 ${
        standing === "degraded" && !stale ? "border-warn bg-warn-soft" : "border-line bg-transparent"
      }`}
    >
      <details className="group">
        <summary className="flex min-h-6 list-none flex-wrap items-center gap-x-4 gap-y-1">
          <span className="font-medium">Alerting</span>
          {isCalm ? (
            <span className="text-ink-soft">
              <span className="mr-1.5 inline-block align-[-2px]">
                <StatusIcon status="ok" size={14} />
              </span>
              {ALERTING_STATE_WORDS.on}
            </span>
          ) : (
            <LinkRow links={alerting.links} off={standing === "off"} stale={stale} />
          )}
          <span className="ml-auto inline-flex items-center gap-1 text-ink-soft underline decoration-line-strong underline-offset-4 group-open:no-underline">
            <span className="group-open:hidden">Details</span>
            <span className="hidden group-open:inline">Close</span>
          </span>
        </summary>
        <LinkDetails links={alerting.links} asOfMs={asOfMs} stale={stale} />
        {isCalm && (
          <p className="mt-1.5 text-ink-soft">
            {silence} {SOURCE_OF_TRUTH} <TestAlertLink />
          </p>
        )}
      </details>
      {!isCalm && (
        <p className="mt-1 text-ink-soft">
          {stale ? MAIL_IS_NO_PROOF : `${ALERTING_STATE_WORDS[standing]} ${SOURCE_OF_TRUTH}`}
        </p>
      )}
      {!isCalm && standing !== "off" && (
        <p className="mt-0.5 text-ink-soft">
          {silence} <TestAlertLink />
        </p>
      )}
    </section>
  );
}

const MAIL_IS_NO_PROOF = "E-mail may be late or lost.";
const SOURCE_OF_TRUTH = `${MAIL_IS_NO_PROOF} This page shows the state now.`;

function TestAlertLink() {
  return (
    <PageLink href="/alerts#test" className="link">
      Send a test alert
    </PageLink>
  );
}
