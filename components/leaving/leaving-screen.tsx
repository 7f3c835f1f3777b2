import { Card } from "@/components/ui/card";
import type { ExportTool } from "@/lib/catalogue/eviction";
import { ArchiveCheck } from "./archive-check";
import { ExportToolCard } from "./export-tool";
import { Phases } from "./phases";

/** Everything that an owner needs to take their data along, whether or not they leave. */
export function LeavingScreen({
  exportTool,
  renderedAtMs,
}: {
  exportTool: ExportTool;
  /** The server's clock. */
  renderedAtMs: number;
}) {
  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Export</h1>
        <p className="mt-1 max-w-prose text-ink-soft">
          Your data is yours to take along at any time. This page says how, and by when if your capability is
          to leave the platform.
        </p>
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <Phases renderedAtMs={renderedAtMs} />
          <ExportToolCard tool={exportTool} />
        </div>
        <div className="min-w-0 space-y-4">
          <ArchiveCheck />
          <Card id="take-thresholds" title="Take your thresholds along">
            <p className="max-w-prose text-sm text-ink-soft">
              The thresholds of your capability, for use elsewhere. Rules can’t express what Watchpost does
              with missing data, and with restarts after a deployment: their comments describe it.
            </p>
            <ul className="mt-3 space-y-1 text-sm">
              <li>
                <a
                  href="/api/thresholds/export?format=prometheus"
                  className="link inline-flex min-h-6 items-center"
                  download
                >
                  Prometheus alerting rules (YAML)
                </a>
              </li>
              <li>
                <a
                  href="/api/thresholds/export?format=json"
                  className="link inline-flex min-h-6 items-center"
                  download
                >
                  Thresholds (JSON)
                </a>
              </li>
            </ul>
          </Card>
        </div>
      </div>
    </div>
  );
}
