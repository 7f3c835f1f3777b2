import type { Status } from "@/lib/evaluation/view";
import type { Overall } from "@/lib/views/health/view";

/** The word of each status. */
export const STATUS_WORDS: Record<Status, string> = {
  ok: "OK",
  pending: "Pending",
  firing: "Alert",
  recovering: "Recovering",
  "no-traffic": "No traffic",
  "no-data": "No data",
  unknown: "Unknown",
  "no-limit": "No limit set",
  "scaled-to-zero": "Scaled to zero",
  off: "Off",
};

/** The status whose icon and colour an overall state takes. */
export const OVERALL_STATUS: Record<Overall["state"], Status> = {
  healthy: "ok",
  pending: "pending",
  recovering: "recovering",
  trouble: "firing",
  "no-data": "no-data",
  unknown: "unknown",
  off: "off",
  "scaled-to-zero": "scaled-to-zero",
  "not-serving": "off",
};

/** Text and background. Green belongs to `ok` alone; what is neither judged nor known is grey. */
const TONES: Record<Status, { text: string; pill: string }> = {
  ok: { text: "text-ok", pill: "bg-ok-soft text-ok" },
  pending: { text: "text-warn", pill: "bg-warn-soft text-warn" },
  firing: { text: "text-bad", pill: "bg-bad-soft text-bad" },
  recovering: { text: "text-warn", pill: "bg-warn-soft text-warn" },
  "no-traffic": { text: "text-mute", pill: "bg-mute-soft text-mute" },
  "no-data": { text: "text-warn", pill: "bg-warn-soft text-warn hatched" },
  unknown: { text: "text-mute", pill: "border border-dashed border-line-strong text-mute" },
  "no-limit": { text: "text-mute", pill: "border border-line-strong text-mute" },
  "scaled-to-zero": { text: "text-mute", pill: "border border-line-strong text-mute" },
  off: { text: "text-mute", pill: "border border-line-strong text-mute" },
};

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.75,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const cut = { ...stroke, stroke: "var(--surface)", strokeWidth: 2 } as const;

/**
 * Ten outlines that differ without colour: disc, clock, octagon, turning arrow, bar, diamond, dashed ring, open gauge, empty square,
 * struck bell.
 */
function Shape({ status }: { status: Status }) {
  switch (status) {
    case "ok":
      return (
        <>
          <circle cx="10" cy="10" r="9" fill="currentColor" />
          <path d="m5.8 10.3 2.9 2.9 5.6-6" {...cut} />
        </>
      );
    case "pending":
      return (
        <>
          <circle cx="10" cy="10" r="8" {...stroke} />
          <path d="M10 5.5V10l3 2" {...stroke} />
        </>
      );
    case "firing":
      return (
        <>
          <path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z" fill="currentColor" />
          <path d="M10 5.5v5.2M10 14.3v.1" {...cut} />
        </>
      );
    case "recovering":
      return (
        <>
          <path d="M17.5 7A8 8 0 1 0 18 10.5" {...stroke} />
          <path d="M18 2.8V7.2h-4.4" {...stroke} />
        </>
      );
    case "no-traffic":
      return (
        <>
          <rect x="2" y="4" width="16" height="12" rx="6" {...stroke} />
          <path d="M7 10h6" {...stroke} />
        </>
      );
    case "no-data":
      return (
        <>
          <path d="M10 1.5 18.5 10 10 18.5 1.5 10z" {...stroke} />
          <path d="m7.7 7.7 4.6 4.6m0-4.6-4.6 4.6" {...stroke} />
        </>
      );
    case "unknown":
      return (
        <>
          <circle cx="10" cy="10" r="8" {...stroke} strokeDasharray="3 3.3" />
          <path d="M7.9 8.1a2.2 2.2 0 1 1 3.1 2c-.7.3-1 .7-1 1.3M10 14v.1" {...stroke} />
        </>
      );
    case "no-limit":
      return (
        <>
          <path d="M2.5 15.5a8.5 8.5 0 0 1 13-9.3" {...stroke} />
          <path d="M10 14.5V9" {...stroke} />
        </>
      );
    case "scaled-to-zero":
      return (
        <>
          <rect x="2" y="2" width="16" height="16" rx="2" {...stroke} />
          <ellipse cx="10" cy="10" rx="2.6" ry="4" {...stroke} />
        </>
      );
    case "off":
      return (
        <>
          <path
            d="M4.5 14.5c1-1 1.2-2.6 1.2-5a4.3 4.3 0 0 1 8.6 0c0 2.4.2 4 1.2 5zM8.6 17.2h2.8"
            {...stroke}
          />
          <path d="m2.5 2.5 15 15" {...stroke} />
        </>
      );
  }
}

/** The icon alone. The word is said beside it, so it is hidden from screen readers. */
export function StatusIcon({ status, size = 16 }: { status: Status; size?: number }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      aria-hidden="true"
      className={`shrink-0 ${TONES[status].text}`}
    >
      <Shape status={status} />
    </svg>
  );
}

/** Icon and word on the status's background. */
export function StatusPill({ status }: { status: Status }) {
  return (
    <span
      data-status={status}
      className={`inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2 text-xs font-medium ${TONES[status].pill}`}
    >
      <StatusIcon status={status} size={13} />
      {STATUS_WORDS[status]}
    </span>
  );
}
