import { NEVER_READ, type NoticesView } from "@/lib/notices/view";

/**
 * Why the notices on the timeline may be old ones, or why there are none though some may be open.
 * @returns null where they are as of now, and where the operator has no repository to read them from
 */
export function noticesDoubt(view: NoticesView): string | null {
  if (view.source === "none") return null;
  if (view.source === "known") return view.stale;
  return view.failure?.message ?? NEVER_READ;
}
