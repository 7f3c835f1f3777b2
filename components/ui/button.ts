const base =
  "inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 py-2 text-[0.9375rem] font-medium leading-tight";

/** The one thing to do on a page. For a button and for a link that looks like one. With forced colours it has no background. */
export const primaryButton = `${base} bg-accent text-accent-ink hover:opacity-90 forced-colors:border`;

/** Everything else that can be done. */
export const secondaryButton = `${base} border border-line-strong bg-surface text-ink hover:bg-sunken`;

/** A small action inside a panel. */
export const smallButton =
  "inline-flex min-h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm font-medium text-ink hover:bg-sunken";
