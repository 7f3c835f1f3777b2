import { z } from "zod";
import { SIDES } from "@/lib/attribution/verdict";
import { SIGNAL_IDS, thresholdSchema, UNITS } from "@/lib/catalogue/bundle";
import { ALERT_MAIL_KINDS } from "@/lib/delivery/mail";
import { storable } from "@/lib/infra/storable";
import type { MailFacts } from "./mail-facts";

// What a mail says, as its row keeps it until it is rendered. A changed shape gets the next version: builds that know
// fewer leave the row to those that know it, and after a few minutes its short text leaves.

/** The version that is written, and the newest one that can be read. */
export const FACTS_VERSION = 1;
/** For lists that a capability's own metrics or its owner's edits make as long as they like. A mail shows fewer. */
const LISTED_AT_MOST = 50;

const atMs = z.number();
const worse = z.enum(["higher", "lower"]);
/** Not strict: what an alert or an owner's setting knows of a threshold besides is left out. */
const threshold = z.object(thresholdSchema.shape);
const point = z.tuple([atMs, z.number().nullable()]);
const named = { signalTitle: z.string(), lineLabel: z.string(), unit: z.enum(UNITS), worse };

const lineSchema = z.object({
  ...named,
  signal: z.enum(SIGNAL_IDS),
  line: z.string(),
  threshold,
  value: z.number().nullable(),
  missingSinceMs: atMs.nullable(),
  missingParts: z.array(z.string()),
  worstPart: z.string().optional(),
  waiting: z
    .object({ named: z.array(z.string()), total: z.number() })
    .nullable()
    .optional(),
  alert: z
    .object({
      id: z.string(),
      breachedAtMs: atMs,
      firedAtMs: atMs,
      firedValue: z.number(),
      worst: z.number(),
      worstAtMs: atMs,
      endedAtMs: atMs.nullable(),
      recovering: z.boolean().optional(),
    })
    .nullable(),
  trend: z.array(point).nullable(),
  url: z.string(),
});

const editedSchema = z.object({ ...thresholdSchema.shape, enabled: z.boolean() }).nullable();
const restartSchema = z.object({
  kind: z.literal("restart"),
  atMs,
  pod: z.string(),
  container: z.string(),
  reason: z.string(),
  exitCode: z.number().nullable(),
});

const factsSchema: z.ZodType<MailFacts> = z.object({
  kind: z.enum(ALERT_MAIL_KINDS),
  reason: z.string(),
  atMs,
  capability: z.object({ id: z.string(), name: z.string() }),
  timeZone: z.string(),
  thread: z
    .object({ id: z.string(), signalTitle: z.string(), lineLabel: z.string(), openedAtMs: atMs })
    .nullable(),
  lines: z.array(lineSchema),
  alsoFiring: z.array(lineSchema),
  deployments: z.array(z.object({ atMs, version: z.string() })).nullable(),
  restarts: z.array(restartSchema).nullable().optional(),
  edits: z
    .array(z.object({ ...named, atMs, by: z.string(), from: editedSchema, to: editedSchema }))
    .nullable()
    .optional(),
  verdict: z
    .object({
      side: z.enum(SIDES),
      changedTo: z.enum(SIDES).optional(),
      sentence: z.string(),
      evidence: z.array(z.string()),
    })
    .optional(),
  held: z
    .object({
      sinceMs: atMs,
      components: z.array(z.string()),
      overSinceMs: atMs.nullable(),
      why: z.enum(["outlasted", "limit", "own", "together", "data-missing", "alert-over"]),
    })
    .optional(),
  by: z.string().optional(),
  nextReminderAtMs: atMs.optional(),
  links: z.object({
    health: z.string(),
    thresholds: z.string(),
    alerts: z.string(),
    alert: z.string().nullable(),
    capability: z.string().nullable(),
    modify: z.string().nullable().optional(),
  }),
});

/** What is written of a mail in its slot. Times are milliseconds since the epoch. */
export type StoredFacts = {
  mail: MailFacts;
  /** The instant that the slot was asked about: the hour before, which may be asked for later, ends there. */
  askedAtMs: number;
  /** The mail's Date. */
  writtenAtMs: number;
};

const storedSchema = z.object({
  version: z.literal(FACTS_VERSION),
  mail: factsSchema,
  askedAtMs: atMs,
  writtenAtMs: atMs,
});

/** The facts as JSON, with lists that are as long as somebody likes cut to the newest. */
export function factsText({ mail, ...stored }: StoredFacts): string {
  const { deployments, restarts, edits } = mail;
  const newest = <T>(list: T[]) => list.slice(-LISTED_AT_MOST);
  const bounded: MailFacts = {
    ...mail,
    deployments: deployments && newest(deployments),
    ...(restarts !== undefined && { restarts: restarts && newest(restarts) }),
    ...(edits !== undefined && { edits: edits && newest(edits) }),
    lines: mail.lines.map((line) => ({ ...line, missingParts: newest(line.missingParts) })),
    alsoFiring: mail.alsoFiring.map((line) => ({ ...line, missingParts: newest(line.missingParts) })),
  };
  return JSON.stringify({ version: FACTS_VERSION, mail: bounded, ...stored }, asStored);
}

const asStored = (_key: string, value: unknown) => (typeof value === "string" ? storable(value) : value);

/** Facts as a row has them. @returns null where another version of the portal wrote them, or nobody did */
export function storedFactsOf(facts: unknown): StoredFacts | null {
  const read = storedSchema.safeParse(facts).data;
  if (!read) return null;
  const { version: _, ...stored } = read;
  return stored;
}
