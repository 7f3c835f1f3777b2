import { z } from "zod";
import { faultOfMailAddress } from "@/lib/infra/mail-address";
import { nearest } from "@/lib/infra/nearest";
import { TENANT_ID } from "@/lib/tenant/scope";
import { evictionAndExportSchema } from "./eviction";
import { ownersSchema } from "./identity";
import { migrationsSchema } from "./migration";
import { webAddress } from "./web-address";

/** onboarding: known, not yet live. live: shown and alerted. ended: offboarded, its sessions are refused at once. */
export const TENANT_STATES = ["onboarding", "live", "ended"] as const;

/** The answer is kept for so many zones at most: capabilities share a few, and asking Intl takes a millisecond and memory. */
const ZONES_KEPT = 500;
const zoneProblems = new Map<string, string | null>();

function timeZoneProblem(zone: string): string | null {
  const kept = zoneProblems.get(zone);
  if (kept !== undefined) return kept;
  const problem = askTimeZone(zone);
  if (zoneProblems.size < ZONES_KEPT) zoneProblems.set(zone, problem);
  return problem;
}

function askTimeZone(zone: string): string | null {
  const known = Intl.supportedValuesOf("timeZone");
  try {
    const resolved = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
    const differsByCase = resolved !== zone && resolved.toLowerCase() === zone.toLowerCase();
    if (/^[A-Za-z]/.test(zone) && !differsByCase) return null;
    if (differsByCase) return `is not a time zone as the IANA database writes it. Did you mean ${resolved}?`;
  } catch {
    // not a zone at all
  }
  const meant = nearest(zone, known);
  return `is not a time zone of the IANA database. ${meant ? `Did you mean ${meant}?` : "Write one like Europe/Berlin."}`;
}

export const tenantSchema = z.strictObject({
  id: z
    .string()
    .regex(TENANT_ID, {
      error:
        "is not a tenant id: 1 to 63 small letters, digits and hyphens, with a letter or digit at both ends",
    })
    .meta({ description: "The value of the tenant label and of the sign-in claim. It can never change." }),
  name: z
    .string()
    .trim()
    .min(1, { error: "is empty. Write the name that the owner knows" })
    .max(80, { error: "is longer than 80 characters" })
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, { error: "has a control character in it. Write it on one line" })
    .meta({ description: "What the owner calls the capability." }),
  contactAddress: z
    .string()
    .superRefine((address, context) => {
      const message = faultOfMailAddress(address);
      if (message) context.addIssue({ code: "custom", message });
    })
    .meta({ description: "Where alerts go: the one address that onboarding recorded." }),
  timeZone: z
    .string()
    .superRefine((zone, context) => {
      const problem = timeZoneProblem(zone);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .meta({ description: "The zone in which mails write times, like Europe/Berlin." }),
  onboardingIssueUrl: webAddress
    .nullable()
    .default(null)
    .meta({ description: "The issue that asked for this capability." }),
  state: z.enum(TENANT_STATES).meta({
    description:
      "onboarding: not yet shown. live: shown and alerted. ended: sign-in is refused; everything is kept.",
  }),
  links: z
    .strictObject({
      capability: webAddress.optional().meta({ description: "The capability itself." }),
      documentation: webAddress.optional().meta({ description: "The owner's own documentation of it." }),
      repository: webAddress.optional().meta({ description: "Where its code or configuration lives." }),
    })
    .default({})
    .meta({ description: "Links shown on the health page." }),
  without: z
    .array(
      z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, {
        error: "is not a signal and its line with a slash between, like saturation/storage",
      }),
    )
    .max(16)
    .default([])
    .meta({
      description:
        "What this capability doesn't have, as signal/line: saturation/storage for one without a volume. It isn't shown or judged.",
    }),
  owners: ownersSchema,
  migrations: migrationsSchema,
  leaving: evictionAndExportSchema,
});

/** A tenant as the definitions say it, and as its row holds it. */
export type TenantDefinition = z.infer<typeof tenantSchema>;
export type TenantLinks = TenantDefinition["links"];

/** tenants.yaml: all of them in one list. */
export const tenantListSchema = z.strictObject({
  tenants: z
    .array(tenantSchema)
    .min(1, { error: "has no tenant in it. A platform without tenants is never meant" }),
});
