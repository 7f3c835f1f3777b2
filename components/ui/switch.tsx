/** On or off, as a switch. */
export function Switch({
  on,
  label,
  onChange,
}: {
  on: boolean;
  label: string;
  onChange: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      onClick={() => onChange(!on)}
      className="inline-flex min-h-10 items-center gap-2.5 rounded-lg text-left text-sm font-medium"
    >
      <span
        aria-hidden="true"
        className={`flex h-6 w-11 shrink-0 items-center rounded-full border p-0.5 ${
          on ? "justify-end border-accent bg-accent" : "justify-start border-line-strong bg-sunken"
        }`}
      >
        <span className={`h-4.5 w-4.5 rounded-full ${on ? "bg-accent-ink" : "bg-line-strong"}`} />
      </span>
      {label}
    </button>
  );
}
