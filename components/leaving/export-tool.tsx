import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import type { ExportTool } from "@/lib/catalogue/eviction";

const UNKNOWN = "The operator hasn’t written it down.";

const FACTS: [keyof ExportTool, string][] = [
  ["contains", "What is in it"],
  ["leavesOut", "What isn’t"],
  ["layout", "Layout"],
  ["formats", "Formats"],
  ["takes", "Takes roughly"],
];

/** The way to the export tool, what comes out of it, and what is the owner's to check. */
export function ExportToolCard({ tool }: { tool: ExportTool }) {
  return (
    <Card id="export" title="Export your data">
      <p className="flex flex-wrap gap-x-6 gap-y-1">
        {tool.url ? (
          <ExternalLink href={tool.url}>Open the export tool</ExternalLink>
        ) : (
          <span className="text-ink-soft">
            The operator has not named the address of the export tool. Ask for it on an issue.
          </span>
        )}
        {tool.documentationUrl && <ExternalLink href={tool.documentationUrl}>How to use it</ExternalLink>}
      </p>
      <p className="mt-3 max-w-prose text-sm text-ink-soft">
        An export makes one archive and reports its size in bytes and its SHA-256 checksum. No run is kept:
        download the archive when it is made, and write both numbers down. The same tool serves whoever takes
        the capability over.
      </p>
      <dl className="mt-3 grid gap-x-4 text-sm sm:grid-cols-[9rem_1fr] sm:gap-y-2">
        {FACTS.map(([id, name]) => (
          <div key={id} className="contents">
            <dt className="text-ink-soft">{name}</dt>
            <dd className={`mb-2 min-w-0 break-words sm:mb-0 ${tool[id] ? "" : "text-ink-soft"}`}>
              {tool[id] ?? UNKNOWN}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 max-w-prose text-sm">
        <span className="font-medium">Yours to check: </span>
        that the download is whole, that it opens, and that what you need is in it. Nobody else does, and
        after the deletion nobody can.
      </p>
    </Card>
  );
}
