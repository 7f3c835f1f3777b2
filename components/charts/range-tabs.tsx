"use client";

import { useSearchParams } from "next/navigation";
import type { MouseEvent } from "react";
import { isRangeId, RANGE_IDS, type RangeId } from "@/lib/evaluation/ranges";
import { RANGE_LABELS, rangeOf, rangeWords } from "./range-words";

/** Says so where the address asks for a range that doesn't exist: a parameter that is quietly ignored looks as if it was obeyed. */
export function UnknownRange({ range }: { range: RangeId }) {
  const asked = useSearchParams().get("range");
  if (asked === null || isRangeId(asked)) return null;
  return (
    <p role="status" className="mt-2 text-sm">
      The address asks for a range that doesn’t exist. Shown: {rangeWords(range)}.
    </p>
  );
}

/** The range in the address, which follows the back button. */
export function useRange(): RangeId {
  return rangeOf(useSearchParams().get("range"));
}

/**
 * The ranges as links, so that each has an address and works without JavaScript. With it, a click only changes the
 * address: the charts ask for themselves, and the rest of the page has no reason to be rendered again.
 */
export function RangeTabs({ range }: { range: RangeId }) {
  const choose = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState(null, "", event.currentTarget.href);
  };
  return (
    <nav aria-label="Range of the charts" className="w-60">
      <ul className="grid grid-cols-5 rounded-lg bg-sunken p-0.5">
        {RANGE_IDS.map((id) => (
          <li key={id}>
            <a
              href={`?range=${id}`}
              onClick={choose}
              aria-current={id === range ? "true" : undefined}
              aria-label={RANGE_LABELS[id].long}
              className={`flex min-h-8 items-center justify-center rounded-md text-sm ${
                id === range
                  ? "bg-surface font-semibold text-ink shadow-card outline outline-1 outline-line-strong"
                  : "text-ink-soft hover:text-ink"
              }`}
            >
              {RANGE_LABELS[id].short}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
