/** The mark and the name. The mark says nothing that the name doesn't, so it is hidden from screen readers. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight text-ink">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" className="shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          d="M6.5 9.5 11 23l5-11 5 11 4.5-13.5"
          className="fill-none stroke-accent-ink"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      Watchpost
    </span>
  );
}
