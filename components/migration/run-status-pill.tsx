import { RUN_STATUS_WORDS, type RunStatus } from "@/lib/data-migrations/words";

const LOOKS: Record<RunStatus, string> = {
  waiting: "bg-mute-soft text-mute",
  running: "bg-accent-soft text-accent",
  stalled: "bg-warn-soft text-warn hatched",
  silent: "border border-dashed border-line-strong text-mute",
  succeeded: "bg-ok-soft text-ok",
  failed: "bg-bad-soft text-bad",
  gone: "border border-dashed border-line-strong text-mute",
};

/** Seven outlines that differ without colour. */
const SHAPES: Record<RunStatus, string> = {
  waiting: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6.5V10l2.5 1.5",
  running: "M6 3.5 16 10 6 16.5z",
  stalled: "M6.5 4v12M13.5 4v12",
  silent: "M4 10h.1M10 10h.1M16 10h.1",
  succeeded: "m4 10.5 4 4 8-9",
  failed: "m5 5 10 10M15 5 5 15",
  gone: "M4 10h12",
};

/** The status of a run: shape and word. What is only last known is grey, whatever it was. */
export function RunStatusPill({ status, faded = false }: { status: RunStatus; faded?: boolean }) {
  return (
    <span
      data-standing={status}
      className={`inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2 text-xs font-medium ${
        faded ? "border border-dashed border-line-strong text-mute" : LOOKS[status]
      }`}
    >
      <svg
        viewBox="0 0 20 20"
        width="12"
        height="12"
        aria-hidden="true"
        fill={status === "running" ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth="2.25"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d={SHAPES[status]} />
      </svg>
      {RUN_STATUS_WORDS[status]}
    </span>
  );
}
