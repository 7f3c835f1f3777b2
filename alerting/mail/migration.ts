import { NOTHING_BY_ITSELF, nextSteps } from "@/lib/data-migrations/next-steps";
import type { RunView } from "@/lib/data-migrations/view";
import {
  count,
  ERROR_IN_FUTURE,
  howFarWords,
  NO_DEADLINE,
  RERUN_WORDS,
  RUN_STATUS_SENTENCES,
  type RunStatus,
  shareWords,
} from "@/lib/data-migrations/words";
import type { MigrationMailKind } from "@/lib/delivery/mail";
import { formatDuration } from "@/lib/wording/format";
import { SOURCE_OF_TRUTH } from "./compose";
import type { Block, FactRow, MailDocument } from "./document";
import { dayAndMoment } from "./moments";
import { nameInWords } from "./names";

/** Everything that a mail about a migration says. Every text in it comes from outside and may hold anything. */
export type MigrationMailContent = {
  kind: MigrationMailKind;
  /** The time of what is reported. */
  atMs: number;
  capability: { id: string; name: string };
  /** IANA, the owner's. */
  timeZone: string;
  run: Pick<
    RunView,
    | "state"
    | "present"
    | "migration"
    | "startedAtMs"
    | "endedAtMs"
    | "endedExactly"
    | "elapsedMs"
    | "stalledSinceMs"
    | "progress"
    | "errors"
    | "lastError"
  >;
  links: {
    /** The page of this run. */
    run: string;
    /** Where these mails are switched off. */
    settings: string;
    health: string;
    /** The prefilled issue that asks for another address or channel. */
    modify: string | null;
  };
};

type MailLook = { status: RunStatus; state: MailDocument["state"] };

const LOOK_OF: Record<MigrationMailKind, MailLook> = {
  "migration-succeeded": {
    status: "succeeded",
    state: { word: "Migration succeeded", sign: "✓", tone: "ok" },
  },
  "migration-failed": { status: "failed", state: { word: "Migration failed", sign: "✕", tone: "bad" } },
  "migration-gone": { status: "gone", state: { word: "Migration gone", sign: "◇", tone: "mute" } },
  "migration-stalled": { status: "stalled", state: { word: "Migration stalled", sign: "‖", tone: "warn" } },
};

/** The words of a mail about a migration, the same as on its page. Pure: the same content gives the same words. */
export function composeMigration(content: MigrationMailContent): MailDocument {
  const { kind, capability, run, links } = content;
  const { status, state } = LOOK_OF[kind];
  const name = nameInWords(capability.name, 80);
  const share = run.progress?.share ?? null;
  const far = share === null || kind === "migration-succeeded" ? "" : ` (${shareWords(share)})`;
  const topic = `${nameInWords(run.migration.title, 80)}${far}`;
  return {
    subject: `[Watchpost] ${state.word}: ${topic}`.replace(/[\u2068\u2069]/g, "").replaceAll("\u00a0", " "),
    state,
    topic,
    capability: name,
    more: [],
    blocks: [
      paragraph(RUN_STATUS_SENTENCES[status]),
      { kind: "facts", facts: factsOf(content) },
      { kind: "heading", text: "What happens next" },
      ...nextOf(content),
      { kind: "link", label: "Open the issue of this migration", url: run.migration.issueUrl },
    ],
    view: { label: "Open this migration's page", url: links.run },
    foot: [
      SOURCE_OF_TRUTH,
      `Why you get this mail: a migration has ended or has stalled. This address was recorded for ${name} when it was onboarded.`,
      { label: "Switch these mails off", url: links.settings },
      { label: "Health now", url: links.health },
      ...(links.modify ? [{ label: "Another address or channel", url: links.modify }] : []),
    ],
  };
}

const paragraph = (text: string): Block => ({ kind: "paragraph", text });

function factsOf({ kind, run, atMs, timeZone }: MigrationMailContent): FactRow[] {
  const { stalledSinceMs, startedAtMs, endedAtMs, elapsedMs, errors, lastError } = run;
  const moment = (at: number) => dayAndMoment(at, timeZone);
  const ended = endedAtMs !== null;
  const gone = kind === "migration-gone";
  const items = nameInWords(run.migration.items, 40, "items");
  const far = howFarWords({ progress: run.progress, migration: { ...run.migration, items } });
  const howFar = run.progress ? far.replace(/\.$/, "") : far; // a value under its label is no sentence
  const facts: (FactRow | null)[] = [
    ["Progress", howFar],
    kind === "migration-stalled" && stalledSinceMs !== null
      ? ["Stalled since", `${moment(stalledSinceMs)}, for ${formatDuration(atMs - stalledSinceMs)}`]
      : null,
    lastError ? ["Last error", errorWords(lastError, moment)] : null,
    errors ? ["Errors", count(errors)] : null,
    ended
      ? [gone ? "Last seen" : "Ended", `${run.endedExactly || gone ? "" : "by "}${moment(endedAtMs)}`]
      : null,
    startedAtMs === null ? null : ["Started", moment(startedAtMs)],
    elapsedMs === null
      ? null
      : [gone ? "Seen for" : ended ? "Duration" : "Running for", formatDuration(elapsedMs)],
    ["Source", nameInWords(run.migration.source, 200)],
  ];
  return facts.filter((fact) => fact !== null);
}

function errorWords(
  { text, atMs }: NonNullable<RunView["lastError"]>,
  moment: (at: number) => string,
): string {
  return `“${nameInWords(text, 300)}”, ${atMs === null ? ERROR_IN_FUTURE : moment(atMs)}`;
}

/** What comes next, so that silence after this mail can be read. */
function nextOf({ kind, run }: MigrationMailContent): Block[] {
  const steps = nextSteps(run, "ready on this migration's page");
  const items = steps.map(({ who, what }) => `${who} ${what}`);
  const rerun = paragraph(RERUN_WORDS[run.migration.rerun]);
  switch (kind) {
    case "migration-stalled":
      return [
        paragraph(`${NO_DEADLINE} It may go on by itself.`),
        { kind: "list", items },
        paragraph(
          "When it ends, a mail says so. A mail about a stall is sent at most once a day, and once for each stall.",
        ),
      ];
    case "migration-failed":
      return [paragraph(NOTHING_BY_ITSELF), { kind: "list", items }, rerun];
    case "migration-gone":
      return [{ kind: "list", items }, rerun];
    case "migration-succeeded":
      return [{ kind: "list", items }];
  }
}
