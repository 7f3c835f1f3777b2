import type { ReactNode } from "react";
import type { SignalView } from "@/lib/evaluation/view";
import { formatDuration } from "@/lib/wording/format";
import { SIGNAL_GUIDES } from "./signal-guides";

/** What the page shows of the platform's bundle about a signal. */
export type SignalFacts = {
  explanation: string;
  windowSeconds: number;
  staleAfterSeconds: number;
  scrapeIntervalSeconds: number;
  /** Below this many requests in the window the signal isn't judged; null where traffic plays no part. */
  minimumRequests: number | null;
  /** The queries as the bundle writes them, with their placeholders: no tenant stands in them. */
  queries: { label: string; query: string }[];
};

/** What a signal is, how it is measured, how to choose a threshold, and what to look at first. */
export function SignalExplained({ id, facts }: { id: SignalView["id"]; facts: SignalFacts | null }) {
  const guide = SIGNAL_GUIDES[id];
  return (
    <div className="grid gap-x-10 gap-y-6 px-1 sm:px-2 lg:grid-cols-2">
      <Part title="What it is">
        <p>{facts?.explanation ?? "The platform's definitions have not been applied yet."}</p>
      </Part>
      {facts && <Measured facts={facts} />}
      <Part title="How to choose a threshold">
        {guide.choose.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Part>
      <Part id="look-first" title="What to look at first">
        {guide.lookFirst.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Part>
    </div>
  );
}

function Part({ id, title, children }: { id?: string; title: string; children: ReactNode }) {
  return (
    <section id={id} className="min-w-0 max-w-prose">
      <h2 className="text-base font-semibold tracking-tight">{title}</h2>
      <div className="mt-2 space-y-2.5 text-pretty text-ink-soft">{children}</div>
    </section>
  );
}

function Measured({ facts }: { facts: SignalFacts }) {
  return (
    <Part title="How it is measured">
      <p>
        The platform collects a sample every {formatDuration(facts.scrapeIntervalSeconds * 1000)}. A value
        covers the {formatDuration(facts.windowSeconds * 1000)} before it; where the points of a chart lie
        further apart than that, it covers the time between them, so that nothing falls through.
      </p>
      <p>
        When the newest sample is older than {formatDuration(facts.staleAfterSeconds * 1000)}, the signal says
        “No data”. A missing value is never taken for zero and never for health.
      </p>
      {facts.minimumRequests !== null && (
        <p>
          With fewer than {facts.minimumRequests} {facts.minimumRequests === 1 ? "request" : "requests"} in
          that time there is too little to judge: the signal says “No traffic”.
        </p>
      )}
      <details>
        <summary className="inline-flex min-h-6 list-none items-center text-sm underline decoration-line-strong underline-offset-4 hover:text-ink">
          The query, for those who read PromQL
        </summary>
        <dl className="mt-2 space-y-2 text-sm">
          {facts.queries.map(({ label, query }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="mt-0.5 whitespace-pre-wrap break-words rounded-lg bg-sunken p-2.5 font-mono text-xs text-ink">
                {query}
              </dd>
            </div>
          ))}
        </dl>
        <p className="mt-2 text-sm">
          It is asked with your capability's label on every selector, so that it can only answer for yours.
        </p>
      </details>
    </Part>
  );
}
