import { Time, ZoneToggle } from "./zone";

/** The head of a page that is kept current: what it shows, and as of when. */
export function LiveHead({ title, lead, asOfMs }: { title: string; lead: string; asOfMs: number }) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-2">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 max-w-prose text-ink-soft">{lead}</p>
      </div>
      <p className="flex items-center gap-2.5 text-sm text-ink-soft">
        <span>
          as of <Time atMs={asOfMs} style="clock-seconds" withZone />
        </span>
        <ZoneToggle atMs={asOfMs} />
      </p>
    </div>
  );
}

/** Why a page isn't current, and a way to ask again. */
export function LiveFailure({ sentence, onRetry }: { sentence: string; onRetry: () => void }) {
  return (
    <p role="status" className="rounded-xl border border-warn bg-warn-soft px-4 py-2.5 text-sm">
      {sentence}{" "}
      <button type="button" onClick={onRetry} className="link min-h-6">
        Try again
      </button>
    </p>
  );
}
