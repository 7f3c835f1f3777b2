import type { ExportTool } from "@/lib/catalogue/eviction";
import type { EvictionPhase } from "@/lib/eviction/phase";
import type { EvictionView } from "@/lib/eviction/view";
import { NOW_MS } from "./health";

const DAY_MS = 86_400_000;
const iso = (atMs: number) => new Date(atMs).toISOString();

function leaving(
  fromMs: number,
  pauses: { from: string; until?: string; reason: string }[] = [],
): EvictionView {
  const issueUrl = "https://git.example/acme/infra/issues/83";
  return { eviction: { from: iso(fromMs), issueUrl, pauses }, zone: "Europe/Berlin" };
}

/** What makes each phase the one of now. */
export const IN_PHASE: Record<EvictionPhase["kind"], EvictionView> = {
  live: { eviction: null, zone: "Europe/Berlin" },
  announced: leaving(NOW_MS + 10 * DAY_MS),
  "read-only": leaving(NOW_MS - 10 * DAY_MS),
  paused: leaving(NOW_MS - 10 * DAY_MS, [
    { from: iso(NOW_MS - DAY_MS), reason: "The object storage is down." },
  ]),
  deleted: leaving(NOW_MS - 31 * DAY_MS),
};

/** A pause whose end is known. */
export const PAUSED_UNTIL: EvictionView = leaving(NOW_MS - 10 * DAY_MS, [
  { from: iso(NOW_MS - DAY_MS), until: iso(NOW_MS + DAY_MS), reason: "The object storage is down." },
]);

export const EXPORT_TOOL: Required<ExportTool> = {
  url: "https://export.example/start",
  documentationUrl: "https://export.example/docs",
  contains: "Photos and albums.",
  leavesOut: "Thumbnails.",
  layout: "One folder an album.",
  formats: "JPEG and JSON.",
  takes: "Two hours.",
};
