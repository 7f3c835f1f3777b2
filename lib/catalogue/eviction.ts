import { z } from "zod";
import { webAddress } from "./web-address";

const words = z
  .string()
  .trim()
  .min(1, { error: "is empty. Write it in words, or leave it out" })
  .max(500, { error: "is longer than 500 characters. Put the rest into the tool's documentation" });

/** The export tool. platform.yaml says what holds for everybody; a tenant's own fields stand in place of those. */
export const exportToolSchema = z.strictObject({
  url: webAddress.optional().meta({ description: "Where an owner starts an export." }),
  documentationUrl: webAddress.optional().meta({ description: "How to use the tool." }),
  layout: words.optional().meta({ description: "How the archive is laid out, in words." }),
  formats: words.optional().meta({ description: "The formats of what is in it, in words." }),
  contains: words.optional().meta({ description: "What is in it, in words." }),
  leavesOut: words.optional().meta({ description: "What isn't in it, in words." }),
  takes: words.optional().meta({ description: "Roughly how long an export takes, in words." }),
});

export type ExportTool = z.infer<typeof exportToolSchema>;

/** Only days and instants that exist: Date takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text) && isPlausible(text);
}

/** A wrong year would evict at once, or never. */
const isPlausible = (text: string) => text >= "2020" && text < "2100";

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

function isInstant(text: string): boolean {
  const day = INSTANT.exec(text)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text));
}

const INSTANT_ERROR =
  "is not an instant with its zone, from 2020 on, like 2026-12-24T09:30:00Z or 2026-12-24T10:30:00+01:00";

const instant = z.string().refine(isInstant, { error: INSTANT_ERROR }).meta({ pattern: INSTANT.source });

const pauseSchema = z
  .strictObject({
    from: instant.meta({ description: "When the platform's fault began." }),
    until: instant.optional().meta({ description: "When it was over. Left out while it lasts." }),
    reason: z
      .string()
      .trim()
      .min(1, { error: "is empty. The owner reads it: say what the platform's fault is" })
      .max(200, { error: "is longer than 200 characters" })
      .meta({ description: "The platform's fault, in words that the owner reads." }),
  })
  .refine(({ from, until }) => until === undefined || Date.parse(until) > Date.parse(from), {
    error: "is not after from",
    path: ["until"],
  });

const evictionSchema = z.strictObject({
  from: z
    .string()
    .refine((text) => isInstant(text) || (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text)), {
      error:
        "is neither a day, like 2026-12-24, nor an instant with its zone, like 2026-12-24T09:30:00Z, from 2020 on",
    })
    .meta({
      description:
        "From when on the capability doesn't serve: an instant with its zone, or a day, which begins in the tenant's time zone.",
    }),
  issueUrl: webAddress.meta({ description: "The issue that says why." }),
  pauses: z.array(pauseSchema).max(32).default([]).meta({
    description: "Faults of the platform within the 30 days. The countdown stands still meanwhile.",
  }),
});

/** An announced eviction as the definitions say it. */
export type Eviction = z.infer<typeof evictionSchema>;

/** leaving of a tenant: its eviction, where one is announced, and what is its own about the export tool. */
export const evictionAndExportSchema = z
  .strictObject({
    eviction: evictionSchema.optional().meta({ description: "Only where an eviction is announced." }),
    exportTool: exportToolSchema.optional().meta({
      description: "What is this tenant's own about the export tool; it stands in place of the platform's.",
    }),
  })
  .default({})
  .meta({ description: "How this tenant leaves, and how it exports its data." });

export type EvictionAndExport = z.infer<typeof evictionAndExportSchema>;

/**
 * What the tenant's row holds. What another version of the portal wrote and this one can't read counts as nothing: then the
 * capability is judged and alerted, which is the safer side.
 */
export function storedEviction(stored: unknown): EvictionAndExport {
  return evictionAndExportSchema.safeParse(stored).data ?? {};
}

/** The tool as this tenant meets it: its own words where it has some, else the platform's. */
export function exportToolOf(platform: ExportTool | undefined, tenant: ExportTool | undefined): ExportTool {
  return { ...platform, ...tenant };
}
