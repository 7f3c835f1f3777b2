"use client";

import { PageLink } from "@/components/ui/page-link";
import { STATUS_WORDS, StatusIcon, StatusPill } from "@/components/ui/status";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { HealthView } from "@/lib/views/health/view";
import { formatAge } from "@/lib/wording/format";
import { bigValue, cardNote, lineThresholdWords, sampledAtMs } from "./signal-words";
import { Sparkline } from "./sparkline";

const EDGE: Partial<Record<SignalView["status"], string>> = {
  firing: "border-bad outline outline-1 outline-bad",
  pending: "border-warn",
  "no-data": "border-warn border-dashed",
  unknown: "border-line-strong border-dashed",
};

/** On a phone the cards stand below each other: what is urgent comes before what is fine. */
const FIRST_ON_PHONE: Partial<Record<SignalView["status"], string>> = {
  firing: "max-sm:-order-3",
  recovering: "max-sm:-order-2",
  pending: "max-sm:-order-2",
  unknown: "max-sm:-order-1",
  "no-data": "max-sm:-order-1",
};

/**
 * One signal: its value, what would alert, where it stands, how it went in the last hour, and how old the value is. Every
 * row has its place even when it is empty, so that a change of state moves nothing.
 * @param forecasts what of it will be full within a week stands beside its note
 * @param ageMs age of the view's own instant, which ticks
 */
export function SignalCard({
  signal,
  forecasts,
  asOfMs,
  ageMs,
}: {
  signal: SignalView;
  forecasts?: HealthView["forecasts"];
  asOfMs: number;
  ageMs: number;
}) {
  const [worst = signal, ...others] = signal.lines;
  const value = bigValue(worst.reading, signal.unit);
  const note = cardNote(signal, forecasts, asOfMs);
  const sampled = sampledAtMs(worst.reading);
  const faded = value.faded || signal.status === "unknown";
  return (
    <li
      data-signal={signal.id}
      data-status={signal.status}
      className={`relative grid min-w-0 grid-cols-2 grid-rows-[auto_auto_1fr_auto] gap-x-4 rounded-2xl border bg-surface p-4 shadow-card hover:bg-sunken/40 sm:flex sm:flex-col ${EDGE[signal.status] ?? "border-line"} ${FIRST_ON_PHONE[signal.status] ?? ""}`}
    >
      <div className="col-span-2 flex min-h-6 items-center justify-between gap-2">
        <h3 className="text-sm font-medium">
          {/* The link covers the card: one target, named by the signal. */}
          <PageLink
            href={`/signals/${signal.id}`}
            className="after:absolute after:inset-0 after:rounded-2xl hover:underline"
          >
            {signal.title}
          </PageLink>
        </h3>
        <StatusPill status={signal.status} />
      </div>
      <p
        className={`col-start-1 mt-1 flex flex-wrap items-baseline gap-x-2 text-2xl font-semibold leading-9 tracking-tight sm:mt-2 sm:text-[1.75rem] ${faded ? "text-ink-soft" : ""}`}
      >
        {signal.lines.length > 1 && worst.id !== signal.id && (
          <span className="text-base font-medium">{worst.label}</span>
        )}
        {signal.id === "latency" && <span className="text-base font-medium">{worst.label}</span>}
        {/* Only the number fades further: what is smaller would be hard to read. */}
        <span className={`whitespace-nowrap ${faded ? "opacity-80" : ""}`}>{value.text}</span>
      </p>
      <p className="col-start-1 text-[0.8125rem] leading-5 text-ink-soft">
        {lineThresholdWords(worst, signal)}
      </p>
      <p className="col-span-2 row-start-4 text-[0.8125rem] leading-5 sm:min-h-10" title={note ?? undefined}>
        <span className="sm:line-clamp-2">
          {others.length > 0 && !note ? <Others lines={others} signal={signal} /> : note}
        </span>
      </p>
      <div className="col-start-2 row-span-2 row-start-2 self-center sm:mt-1.5 sm:self-stretch">
        <Sparkline line={{ ...worst, status: signal.status }} unit={signal.unit} worse={signal.worse} />
        <p className="mt-1.5 flex justify-between gap-2 text-xs text-ink-soft">
          {/* First, so that it grows to the right: a longer age must not move its own beginning. */}
          <span suppressHydrationWarning>
            {sampled === null ? "no sample" : formatAge(ageMs + asOfMs - sampled)}
          </span>
          <span className="shrink-0">last hour</span>
        </p>
      </div>
    </li>
  );
}

/** The resources that aren't the worst, each with its own state where that isn't OK. */
function Others({ lines, signal }: { lines: LineView[]; signal: SignalView }) {
  return (
    <>
      {lines.map((line) => (
        <span
          key={line.id}
          className="mr-3 inline-flex h-5 items-center align-top gap-1 whitespace-nowrap text-ink-soft"
        >
          {line.status !== "ok" && line.status !== signal.status && (
            <StatusIcon status={line.status} size={12} />
          )}
          {line.label} {bigValue(line.reading, signal.unit).text}
          <span className="sr-only">
            , {STATUS_WORDS[line.status]}, {lineThresholdWords(line, signal)}
          </span>
        </span>
      ))}
    </>
  );
}
