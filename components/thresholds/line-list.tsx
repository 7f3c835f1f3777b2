import { StatusIcon } from "@/components/ui/status";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { thresholdLimitWords } from "./words";

/** All judged lines with what holds. Each has an address, so that a mail or another page can lead to it. */
export function LineList({
  lines,
  selected,
  unsaved,
  onSelect,
}: {
  lines: ThresholdLine[];
  selected: string | undefined;
  /** The keys of lines with changes in the form. */
  unsaved: ReadonlySet<string>;
  onSelect: (key: string) => void;
}) {
  return (
    <nav aria-label="Thresholds">
      <ul className="overflow-hidden rounded-2xl border border-line bg-surface shadow-card">
        {lines.map((line) => {
          const isSelected = line.key === selected;
          return (
            <li key={line.key} className="border-line not-first:border-t">
              <a
                href={`?line=${line.key}`}
                aria-current={isSelected ? "true" : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
                  event.preventDefault();
                  onSelect(line.key);
                }}
                className={`flex min-h-14 items-center gap-3 border-l-4 px-3.5 py-2 hover:bg-sunken ${
                  isSelected ? "border-accent bg-accent-soft" : "border-transparent"
                }`}
              >
                <span className="min-w-0 flex-1">
                  <span className="block text-sm font-medium">{line.name}</span>
                  <span className="block text-xs text-ink-soft">
                    {line.threshold.enabled
                      ? `alert ${thresholdLimitWords(line.threshold, line)}`
                      : "switched off"}
                  </span>
                </span>
                <span className="shrink-0 text-xs text-ink-soft">
                  {unsaved.has(line.key)
                    ? "not saved"
                    : line.threshold.source === "default"
                      ? "default"
                      : "yours"}
                </span>
                {!line.threshold.enabled && <StatusIcon status="off" size={15} />}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
