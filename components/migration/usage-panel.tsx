import { Card } from "@/components/ui/card";
import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { Usage } from "@/lib/data-migrations/usage";
import { RESOURCE_NAMES } from "@/lib/data-migrations/view";
import { amount, usageWords } from "@/lib/data-migrations/words";

const FIGURES: { name: string; of: (usage: Usage) => number | null }[] = [
  { name: "Now", of: ({ now }) => now },
  { name: "Peak", of: ({ peak }) => peak?.value ?? null },
  { name: "Declared", of: ({ declared }) => declared },
  { name: "Steady state", of: ({ steady }) => steady },
  { name: "Limit (2 ×)", of: ({ most }) => most },
];

/** What a run uses, against what was declared and against twice the steady state: in sentences, and in figures. */
export function UsagePanel({ usage, faded }: { usage: readonly Usage[]; faded: boolean }) {
  return (
    <Card id="usage" title="What it uses">
      <div className={faded ? "text-ink-soft" : ""}>
        <ul className="space-y-1.5 text-sm">
          {usage.map((each) => (
            <li key={each.resource} data-passed={each.passed} className="flex gap-2">
              <span className="translate-y-0.5">
                <StatusIcon status={iconOf(each, faded)} />
              </span>
              <span className={each.passed === "nothing" ? "" : "font-medium"}>
                {usageWords(each)}
                {each.peak && each.passed !== "nothing" && (
                  <span className="font-normal text-ink-soft">
                    {" "}
                    The peak was on <Time atMs={each.peak.atMs} style="day-clock" withZone />.
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
        <table className="mt-4 hidden w-full text-right text-sm sm:table">
          <thead className="text-xs text-ink-soft">
            <tr>
              <th scope="col" className="py-1 pr-3 text-left font-normal">
                <span className="sr-only">Resource</span>
              </th>
              {FIGURES.map(({ name }) => (
                <th key={name} scope="col" className="px-2 py-1 font-normal last:pr-0">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {usage.map((each) => (
              <tr key={each.resource} className="border-t border-line">
                <th scope="row" className="py-1.5 pr-3 text-left font-medium">
                  {RESOURCE_NAMES[each.resource]}
                </th>
                {FIGURES.map(({ name, of }) => (
                  <td key={name} className="whitespace-nowrap px-2 py-1.5 last:pr-0">
                    {amount(of(each), each.resource)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {/* Six columns don't fit a phone: there each resource is a list of its own. */}
        {usage.map((each) => (
          <dl
            key={each.resource}
            className="mt-3 grid grid-cols-2 gap-x-4 border-t border-line pt-2 text-sm sm:hidden"
          >
            <div className="contents">
              <dt className="font-medium">{RESOURCE_NAMES[each.resource]}, now</dt>
              <dd className="text-right">{amount(each.now, each.resource)}</dd>
            </div>
            {FIGURES.slice(1).map(({ name, of }) => (
              <div key={name} className="contents">
                <dt className="text-ink-soft">{name}</dt>
                <dd className="text-right">{amount(of(each), each.resource)}</dd>
              </div>
            ))}
          </dl>
        ))}
        <p className="mt-2 text-xs text-ink-soft">
          CPU and memory are the job’s own. Storage is all that lies on the capability’s volumes. The platform
          allows a migration at most twice the steady state.
        </p>
      </div>
    </Card>
  );
}

function iconOf({ peak, passed }: Usage, faded: boolean) {
  if (!peak || faded) return "unknown";
  return passed === "nothing" ? "ok" : "firing";
}
