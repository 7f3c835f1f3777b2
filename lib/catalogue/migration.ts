import { z } from "zod";
import { isRunOf } from "./job-name";
import { webAddress } from "./web-address";

const UNITS: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const QUANTITY = /^(\d+(?:\.\d+)?)(k|M|G|T|Ki|Mi|Gi|Ti)?$/;
const MOST_BYTES = 2 ** 50;
const NO_SIZE = "is not a size in bytes, like 2Gi, 500M or 2147483648";

/** Bytes as Kubernetes writes them (2Gi, 500M), or as a number. */
const byteSize = z
  .union([z.number(), z.string().regex(QUANTITY, { error: NO_SIZE })], { error: NO_SIZE })
  .transform((size) => {
    if (typeof size === "number") return size;
    const [, number = "", unit = ""] = QUANTITY.exec(size) ?? [];
    return Math.round(Number(number) * (UNITS[unit] ?? 1));
  })
  .refine((bytes) => Number.isSafeInteger(bytes) && bytes > 0 && bytes <= MOST_BYTES, {
    error: "is not a size above 0 and up to 1024Ti in whole bytes",
  });

/** Computing and storage: processor cores, bytes of memory, bytes on volumes. */
const resourcesSchema = z.strictObject({
  cpuCores: z.number().positive().max(10_000).meta({ description: "Processor cores; 0.5 is half of one." }),
  memoryBytes: byteSize.meta({ description: "Memory, like 2Gi." }),
  storageBytes: byteSize.meta({ description: "Used space on the capability's volumes, like 50Gi." }),
});
export type Resources = z.infer<typeof resourcesSchema>;
export const RESOURCES = ["cpuCores", "memoryBytes", "storageBytes"] as const;
export type Resource = (typeof RESOURCES)[number];

/** The platform's rule: a migration's peak may be at most this many times the tenant's steady state. */
export const MOST_TIMES_STEADY = 2;

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1, { error: "is empty" })
    .max(most, { error: `is longer than ${most} characters` })
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, { error: "has a control character in it. Write it on one line" });

/** What may be done with a run that has ended: run again as it is, or only into an empty destination. */
export const RERUN_CONTRACTS = ["safe-on-existing-data", "destination-must-be-empty"] as const;
export type RerunContract = (typeof RERUN_CONTRACTS)[number];

const migrationSchema = z
  .strictObject({
    job: z
      .string()
      .max(52)
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
        error: "is not the name of a job: up to 52 small letters, digits and hyphens",
      })
      .meta({
        description:
          "The name of the Kubernetes job, and the job_name of the metrics. Later runs may add a number: migrate-photos-2.",
      }),
    title: line(80).meta({ description: "What the owner calls it." }),
    source: line(200).meta({ description: "Where the data comes from, in words." }),
    issueUrl: webAddress.meta({ description: "The issue `migrate my data` that asked for it." }),
    rerun: z.enum(RERUN_CONTRACTS).meta({
      description:
        "What was declared about running it again: on the data that is there, or only into an empty destination.",
    }),
    items: line(40)
      .default("items")
      .meta({ description: "What the items are called, in the plural: photos." }),
    declaredPeak: resourcesSchema.meta({ description: "The most that the migration was declared to use." }),
    steadyState: resourcesSchema.meta({ description: "What the capability uses when no migration runs." }),
    stalledAfterMinutes: z.int().min(5).max(10_080).default(30).meta({
      description: "Without progress for this long the migration is shown as stalled.",
    }),
  })
  .superRefine(({ declaredPeak, steadyState }, context) => {
    for (const resource of RESOURCES) {
      // Asked this way round, so that a value that is no number at all has its own problem only.
      if (!(declaredPeak[resource] > MOST_TIMES_STEADY * steadyState[resource])) continue;
      context.addIssue({
        code: "custom",
        path: ["declaredPeak", resource],
        message: `is more than twice the steady state (${steadyState[resource]}), which the platform doesn't allow`,
      });
    }
  });

/** A migration as the operator declares it. */
export type MigrationDefinition = z.infer<typeof migrationSchema>;

/** All migrations of one tenant. */
export const migrationsSchema = z
  .array(migrationSchema)
  .max(16)
  .superRefine((migrations, context) => {
    migrations.forEach(({ job }, index) => {
      const other = migrations.find(
        (each, at) => at !== index && (at < index ? isRunOf(each.job, job) || isRunOf(job, each.job) : false),
      );
      if (!other) return;
      context.addIssue({
        code: "custom",
        path: [index, "job"],
        message: `can't be distinguished from the job ${other.job} of another migration: a number behind a name means another run of it`,
      });
    });
  })
  .default([])
  .meta({
    description:
      "Migrations that the operator runs for the owner. They are watched, never started or stopped.",
  });
