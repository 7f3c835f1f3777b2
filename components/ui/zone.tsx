"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { formatTime, type TimeStyle, zoneName } from "@/lib/wording/time";
import { zoneCookie } from "./zone-cookie";

const STORAGE_KEY = "watchpost.clock";
/** first: the zone of the first HTML. capability: the one that its definition names. */
const Zones = createContext({ first: "UTC", capability: "UTC" });
const listeners = new Set<() => void>();

/**
 * The zone in which the server writes: that in which this browser was shown times before, else the tenant's, from which the browser
 * changes to the reader's own after hydration.
 */
export function ZoneProvider({
  tenantZone,
  shownBefore = null,
  children,
}: {
  tenantZone: string;
  shownBefore?: string | null;
  children: ReactNode;
}) {
  const zones = useMemo(
    () => ({ first: shownBefore ?? tenantZone, capability: tenantZone }),
    [shownBefore, tenantZone],
  );
  return (
    <Zones value={zones}>
      <RememberedZone />
      {children}
    </Zones>
  );
}

/** Tells the server in which zone times are shown here, for the first HTML of the next page. */
function RememberedZone() {
  const zone = useZone();
  useEffect(() => rememberZone(zone), [zone]);
  return null;
}

/** Tells the server the zone of this browser. @param zone null: nothing is remembered any more */
export function rememberZone(zone: string | null): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where the portal has no https
  document.cookie = zoneCookie(zone, window.location.protocol === "https:");
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

type Choice = "reader" | "capability" | "utc";

/** Storage may be forbidden; then the choice lasts as long as the page. */
let chosen: Choice | undefined;
function currentChoice(): Choice {
  if (chosen) return chosen;
  try {
    const kept = window.localStorage.getItem(STORAGE_KEY);
    return kept === "utc" || kept === "capability" ? kept : "reader";
  } catch {
    return "reader";
  }
}

function choose(choice: Choice) {
  chosen = choice;
  try {
    if (choice === "reader") window.localStorage.removeItem(STORAGE_KEY);
    else window.localStorage.setItem(STORAGE_KEY, choice);
    chosen = undefined;
  } catch {
    // Kept in `chosen` instead.
  }
  for (const listener of listeners) listener();
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

/** The zone to write times in: as in the first HTML at first, then the reader's, or the one that the reader chose. */
export function useZone(): string {
  const { first, capability } = useContext(Zones);
  return useSyncExternalStore(
    subscribe,
    () => zoneOf(currentChoice(), capability),
    () => first,
  );
}

function zoneOf(choice: Choice, capability: string): string {
  if (choice === "utc") return "UTC";
  return choice === "capability" ? capability : browserZone();
}

/**
 * An instant in the reader's zone.
 *
 * The warning is suppressed because server and browser may know different short names for a zone.
 */
export function Time({
  atMs,
  style,
  withZone = false,
}: {
  atMs: number;
  style: TimeStyle;
  withZone?: boolean;
}) {
  const zone = useZone();
  const text = formatTime(atMs, zone, style);
  return (
    <time dateTime={new Date(atMs).toISOString()} className="whitespace-nowrap" suppressHydrationWarning>
      {withZone ? `${text} ${zoneName(atMs, zone)}` : text}
    </time>
  );
}

const CHOICES: Record<Exclude<Choice, "reader">, string> = {
  utc: "Times in UTC",
  capability: "Times in the capability’s time zone",
};

/**
 * UTC, one click away, and back; and the capability's zone where that is another one than the reader's. Remembered in this browser.
 * Without JavaScript they keep their place and aren't shown.
 * @param atMs an instant of the page: a zone's name depends on the season
 */
export function ZoneToggle({ atMs }: { atMs: number }) {
  const { capability } = useContext(Zones);
  const works = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  const choice = useSyncExternalStore<Choice>(subscribe, currentChoice, () => "reader");
  return (
    <span className="flex gap-1">
      {capability !== "UTC" && (
        // Only the browser knows whether its zone is another one: the place is kept, and on a phone there is none.
        <span className="max-sm:hidden">
          <ZoneButton choice="capability" current={choice} works={works && capability !== browserZone()}>
            {zoneName(atMs, capability)}
          </ZoneButton>
        </span>
      )}
      <ZoneButton choice="utc" current={choice} works={works}>
        UTC
      </ZoneButton>
    </span>
  );
}

function ZoneButton({
  choice,
  current,
  works,
  children,
}: {
  choice: Exclude<Choice, "reader">;
  current: Choice;
  works: boolean;
  children: ReactNode;
}) {
  const isChosen = choice === current;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      title={CHOICES[choice]}
      onClick={() => choose(isChosen ? "reader" : choice)}
      className={`inline-flex min-h-6 items-center rounded-md border px-2 text-xs font-medium ${
        isChosen
          ? "border-accent bg-accent-soft text-accent"
          : "border-line-strong text-ink-soft hover:text-ink"
      } ${works ? "" : "invisible"}`}
    >
      {children}
    </button>
  );
}
