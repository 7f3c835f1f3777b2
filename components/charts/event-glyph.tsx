import type { CapabilityEvent } from "@/lib/signals/view";

/** A triangle for a deployment, a turning arrow for a restart, a slider for a threshold edit: shapes, so that colour isn't needed. */
export function MarkerGlyph({ kind }: { kind: CapabilityEvent["kind"] }) {
  if (kind === "threshold-edit")
    return (
      <g stroke="var(--ink)" strokeWidth="1.6" strokeLinecap="round">
        <path d="M1 7h12" />
        <circle cx="8.5" cy="7" r="2.9" fill="var(--surface)" />
      </g>
    );
  return kind === "deployment" ? (
    <path d="M7 1.5 12.5 11.5h-11z" fill="var(--ink)" />
  ) : (
    <g fill="none" stroke="var(--bad)" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      <path d="M11.5 5A5 5 0 1 0 12 8" />
      <path d="M12 2v3.2H8.8" />
    </g>
  );
}

/** The glyph for lists and legends. */
export function EventGlyph({ kind }: { kind: CapabilityEvent["kind"] }) {
  return (
    <svg viewBox="0 0 14 14" width="13" height="13" aria-hidden="true" className="shrink-0">
      <MarkerGlyph kind={kind} />
    </svg>
  );
}
