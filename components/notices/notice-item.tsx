import { ExternalLink } from "@/components/ui/external-link";
import { Time } from "@/components/ui/zone";
import type { FieldId } from "@/lib/notices/notice";
import type { NoticeView } from "@/lib/notices/view";
import { IssueText } from "./issue-text";
import { countWords, deadlineWords, NOTICE_KIND_WORDS, ownState } from "./notice-words";

const FIELDS: [FieldId, string][] = [
  ["what", "What"],
  ["version", "New version"],
  ["deadline", "By when"],
  ["why", "Why"],
  ["guideline", "Guideline"],
  ["cadence", "Cadence"],
];

/** One notice: what, by when, why, how, and where the owner stands. */
export function NoticeItem({ notice }: { notice: NoticeView }) {
  const left = deadlineWords(notice);
  const own = ownState(notice);
  const counts = countWords(notice);
  return (
    <li className="py-4 first:pt-0 last:pb-0" data-notice={notice.number} data-overdue={notice.overdue}>
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs">
        <span className="inline-flex h-6 items-center rounded-full bg-mute-soft px-2 font-medium text-mute">
          {NOTICE_KIND_WORDS[notice.kind]}
        </span>
        {left && <span className={`font-medium ${notice.overdue ? "text-bad" : "text-ink"}`}>{left}</span>}
        <span className="text-ink-soft">
          {notice.closedAtMs === null ? "opened " : "closed "}
          <Time atMs={notice.closedAtMs ?? notice.openedAtMs} style="day-clock" withZone />
        </span>
      </p>
      <h3 className="mt-1 break-words font-medium">{notice.title}</h3>
      {own && <p className="mt-0.5 text-sm">{own}</p>}
      {counts && <p className="mt-0.5 text-sm text-ink-soft">{counts}</p>}
      <dl className="mt-2 grid gap-x-4 text-sm sm:gap-y-2 sm:grid-cols-[7rem_1fr]">
        {FIELDS.map(([id, name]) => {
          const text = notice.fields[id];
          return text ? (
            <div key={id} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd className="mb-2 min-w-0 sm:mb-0">
                <IssueText>{text}</IssueText>
              </dd>
            </div>
          ) : null;
        })}
      </dl>
      {notice.shortened && (
        <p className="mt-2 text-sm text-ink-soft">
          Some of the issue’s words are left out here, because they name others.
        </p>
      )}
      <p className="mt-2 text-sm">
        <ExternalLink href={notice.url}>{`Issue #${notice.number}`}</ExternalLink>
      </p>
    </li>
  );
}
