import type { Verdict } from "@/lib/attribution/verdict";
import { ExternalLink } from "../ui/external-link";
import { hrefOf, linkWords, SIDE_SIGNS, SIDE_WORDS } from "./verdict-words";

/** The operator's open issue for each component, by its id; null where nobody asked for issues. */
export type ComponentIssues = Readonly<Record<string, { title: string; url: string }>> | null;

/** One verdict: the side, its reasons with where to look at each, and what would decide it. */
export function VerdictView({ verdict, issues }: { verdict: Verdict; issues: ComponentIssues }) {
  const { side, sentence, reasons, wouldDecide } = verdict;
  return (
    <div data-side={side}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <strong className="inline-flex items-baseline gap-1.5 text-lg font-semibold">
          <span aria-hidden="true" className="text-sm text-ink-soft">
            {SIDE_SIGNS[side]}
          </span>
          {SIDE_WORDS[side]}.
        </strong>
        <span className="text-ink-soft">{sentence}</span>
      </p>
      {reasons.length > 0 && (
        <ol className="mt-2 divide-y divide-line">
          {reasons.map(({ kind, sentence: words, target }) => {
            const issue = target.kind === "component" ? issues?.[target.component] : undefined;
            return (
              <li key={`${kind} ${words}`} data-reason={kind} className="py-1.5">
                {words}{" "}
                <a href={hrefOf(target)} className="link whitespace-nowrap text-sm">
                  {linkWords(target)}
                  <span className="sr-only">: {words}</span>
                </a>
                {issue && (
                  <span className="block text-sm">
                    Open issue: <ExternalLink href={issue.url}>{issue.title}</ExternalLink>
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {wouldDecide && <p className="mt-2 text-sm text-ink-soft">{wouldDecide}</p>}
    </div>
  );
}
