import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { PageLink } from "@/components/ui/page-link";
import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import { releasePath } from "@/lib/releases/address";
import type { Release } from "@/lib/releases/releases";
import type { Compared, ReleaseDoubt, ReleaseView } from "@/lib/views/releases/view";
import { formatAge, formatDuration } from "@/lib/wording/format";
import { ComparedLines } from "./compared-lines";
import {
  comparedWords,
  headlineOf,
  lengthWords,
  rolloutWords,
  unclearWords,
  unnoticedWords,
  versionsInWords,
} from "./release-words";
import { iconOf } from "./word-look";

const DAY_MS = 86_400_000;

/** One release: how it has been since, line by line. Rendered by the server alone. */
export function ReleaseScreen({ view }: { view: ReleaseView }) {
  return (
    <div className="space-y-4" data-release={view.word}>
      <div>
        <nav aria-label="Back">
          <PageLink href="/timeline" className="link inline-flex min-h-6 items-center text-sm">
            Timeline
          </PageLink>
        </nav>
        <h1 className="mt-1 break-words text-2xl font-semibold tracking-tight">
          Release {versionsInWords(view.release)}
        </h1>
        <p className="mt-1 text-ink-soft">
          Deployed <Time atMs={view.release.atMs} style="day-clock" withZone />,{" "}
          {formatAge(view.asOfMs - view.release.atMs)}. As of{" "}
          <Time atMs={view.asOfMs} style="clock-seconds" withZone />.
        </p>
      </div>
      <Card id="since" title="How it has been since">
        <p className="flex items-center gap-2.5 text-lg font-semibold">
          <StatusIcon status={iconOf(view)} size={20} />
          {headlineOf(view)}
        </p>
        <div className="mt-2 max-w-prose space-y-1.5 break-words">
          <Sentences view={view} />
        </div>
      </Card>
      {view.compared && view.compared.lines.length > 0 && (
        <Card id="lines" title="Before and after">
          <p className="mb-2 max-w-prose text-sm text-ink-soft">{lengthWords(view.compared)}.</p>
          <ComparedLines lines={view.compared.lines} daysBefore={view.compared.daysBefore} />
          <PlatformUnknown compared={view.compared} />
        </Card>
      )}
      <Card id="around" title="Releases around it">
        <Around view={view} />
      </Card>
    </div>
  );
}

function Sentences({ view }: { view: ReleaseView }) {
  const sentences = [rolloutWords(view), comparedWords(view), unclearWords(view)].filter(
    (each) => each !== null,
  );
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {view.doubt && <Doubt doubt={view.doubt} view={view} />}
      {view.againAtMs !== null && (
        <p className="text-ink-soft">
          {view.compared ? "Compared over a longer time at " : "The first comparison is known at "}
          <Time atMs={view.againAtMs} style="day-clock" withZone />.
        </p>
      )}
    </>
  );
}

/** Why nothing is said of the release as a whole. What stands there already is said once. */
function Doubt({ doubt, view }: { doubt: ReleaseDoubt; view: ReleaseView }) {
  switch (doubt.kind) {
    case "other-release": {
      const apartMs = Math.abs(doubt.release.atMs - view.release.atMs);
      return (
        <p>
          <ReleaseLink release={doubt.release} /> was deployed {formatDuration(apartMs)}{" "}
          {doubt.which === "previous" ? "before" : "after"} it. Each needs at least 30&nbsp;min by itself.
        </p>
      );
    }
    case "not-serving":
      return (
        <p>
          The capability isn’t serving, by agreement, since{" "}
          <Time atMs={doubt.fromMs} style="day-clock" withZone />.
        </p>
      );
    case "stuck":
      return <p>What runs now is partly the version before, so nothing else is said of this one.</p>;
    case "lines": {
      const words = unnoticedWords(view);
      return words && <p>{words}</p>;
    }
  }
}

function PlatformUnknown({ compared }: { compared: Compared }) {
  if (compared.isPlatformKnown) return null;
  return (
    <p className="mt-3 text-sm text-ink-soft">
      Whether the platform failed in this time isn’t known: its components couldn’t be asked about.
    </p>
  );
}

function Around({ view: { previous, next, rolledBack, release, asOfMs } }: { view: ReleaseView }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
      <Fact name="Before">
        {previous ? (
          <>
            <ReleaseLink release={previous} />, {formatDuration(release.atMs - previous.atMs)} earlier
          </>
        ) : (
          <span className="text-ink-soft">none in the day before</span>
        )}
      </Fact>
      <Fact name="After">
        {next ? (
          <>
            {rolledBack ? "Rolled back to " : "Replaced by "}
            <ReleaseLink release={next} /> after {formatDuration(next.atMs - release.atMs)}
          </>
        ) : (
          <span className="text-ink-soft">
            {asOfMs - release.atMs < DAY_MS ? "none so far" : "none in the day after"}
          </span>
        )}
      </Fact>
    </dl>
  );
}

function ReleaseLink({ release }: { release: Release }) {
  return (
    <PageLink href={releasePath(release.atMs)} className="link break-words">
      {versionsInWords(release)}
    </PageLink>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="mt-0.5 break-words font-medium">{children}</dd>
    </div>
  );
}
