"use client";

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import { formatTime, type TimeStyle, zoneName } from "@/lib/wording/time";
import { zoneCookie } from "./zone-cookie";

const STORAGE_KEY = "watchpost.clock";
const FirstZone = createContext("UTC");
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
  return (
    <FirstZone value={shownBefore ?? tenantZone}>
      <RememberedZone />
      {children}
    </FirstZone>
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

/** Storage may be forbidden; then the choice lasts as long as the page. */
let chosen: "utc" | "local" | undefined;
function wantsUtc(): boolean {
  if (chosen) return chosen === "utc";
  try {
    return window.localStorage.getItem(STORAGE_KEY) === "utc";
  } catch {
    return false;
  }
}

function choose(utc: boolean) {
  chosen = utc ? "utc" : "local";
  try {
    if (utc) window.localStorage.setItem(STORAGE_KEY, "utc");
    else window.localStorage.removeItem(STORAGE_KEY);
    chosen = undefined;
  } catch {
    // Kept in `chosen` instead.
  }
  for (const listener of listeners) listener();
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

/** The zone to write times in: as in the first HTML at first, then the reader's, or UTC where the reader chose it. */
export function useZone(): string {
  const firstZone = useContext(FirstZone);
  return useSyncExternalStore(
    subscribe,
    () => (wantsUtc() ? "UTC" : browserZone()),
    () => firstZone,
  );
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

/** UTC, one click away, and back. Remembered in this browser. Without JavaScript it keeps its place and isn't shown. */
export function ZoneToggle() {
  const works = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  const utc = useSyncExternalStore(subscribe, wantsUtc, () => false);
  return (
    <button
      type="button"
      aria-pressed={utc}
      onClick={() => choose(!utc)}
      className={`inline-flex min-h-6 items-center rounded-md border px-2 text-xs font-medium ${
        utc ? "border-accent bg-accent-soft text-accent" : "border-line-strong text-ink-soft hover:text-ink"
      } ${works ? "" : "invisible"}`}
    >
      UTC
    </button>
  );
}
