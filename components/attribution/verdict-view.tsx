import { type OperatorSide, PlatformIssues } from "@/components/notices/platform-issues";
import { PageLink } from "@/components/ui/page-link";
import { reasonWords } from "@/lib/attribution/reason-words";
import type { Verdict } from "@/lib/attribution/verdict";
import { hrefOf, linkWords, SIDE_SIGNS, SIDE_WORDS } from "./verdict-words";

/** One verdict: the side, its reasons with where to look at each, what would decide it, and what the operator has open about it. */
export function VerdictView({
  verdict,
  operator,
}: {
  verdict: Verdict;
  /** null once the alert is over, which the reasons then say in the past. */
  operator: OperatorSide | null;
}) {
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
          {reasons.map((reason) => {
            const words = reasonWords(reason, operator !== null);
            const { kind, target } = reason;
            return (
              <li key={`${kind} ${words}`} data-reason={kind} className="py-1.5">
                {words}{" "}
                <PageLink href={hrefOf(target)} className="link whitespace-nowrap text-sm">
                  {linkWords(target)}
                  <span className="sr-only">: {words}</span>
                </PageLink>
              </li>
            );
          })}
        </ol>
      )}
      {wouldDecide && <p className="mt-2 text-sm text-ink-soft">{wouldDecide}</p>}
      {operator && (
        <div className="mt-2">
          <PlatformIssues
            {...operator}
            blamed={side === "platform" || side === "both"}
            components={reasons.flatMap(({ target }) =>
              target.kind === "component" ? [target.component] : [],
            )}
          />
        </div>
      )}
    </div>
  );
}
