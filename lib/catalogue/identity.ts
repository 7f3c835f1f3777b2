import { z } from "zod";
import { linearPattern, PatternError } from "@/lib/infra/linear-pattern";
import { faultOfMailAddress } from "@/lib/infra/mail-address";
import { TENANT_ID } from "@/lib/tenant/scope";

const tenantId = z.string().regex(TENANT_ID, { error: "is not a tenant id" });

/** Why a pattern can't be used; null where it can. */
function patternProblem(pattern: string): string | null {
  try {
    linearPattern(pattern);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

const claimName = z
  .string()
  .min(1, { error: "is empty" })
  .max(256, { error: "is longer than 256 characters" })
  .refine((path) => !path.startsWith("/") || !/~(?![01])/.test(path), {
    error: "is no JSON Pointer: ~ is written ~0, and / within a name ~1",
  });

/** One place in the claims that may name capabilities, and how its values name them. */
const claimRuleSchema = z
  .strictObject({
    claim: claimName.meta({
      description:
        "The claim's name as it is, such as groups or https://example/roles. To reach into an object, a JSON Pointer (RFC 6901): /realm_access/roles. ~1 stands for a slash within a name.",
    }),
    keys: z.boolean().default(false).meta({
      description:
        "The keys of an object are the values, as Zitadel has its roles. A key with false or null doesn't count.",
    }),
    member: z.string().min(1).max(256).optional().meta({
      description:
        "The claim is a list of objects, or one object, and this member of each is its value: display, as in [{ display: photos }].",
    }),
    separator: z.string().min(1).max(2).optional().meta({
      description: "A text is a list with this between its values. Without it a text is one value.",
    }),
    prefix: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({ description: "Only values that begin so count; the rest of each is the capability's id." }),
    pattern: z
      .string()
      .max(256)
      .superRefine((pattern, context) => {
        const problem = patternProblem(pattern);
        if (problem) context.addIssue({ code: "custom", message: problem });
      })
      .optional()
      .meta({
        description:
          "Only values that match as a whole count; the one capture is the capability's id: /tenants/([a-z0-9-]+)",
      }),
    values: z
      .record(z.string(), z.union([tenantId, z.array(tenantId).max(50)]))
      .optional()
      .meta({ description: "Capabilities by value, such as those of Entra's group ids." }),
  })
  .refine(
    ({ prefix, pattern, values }) =>
      [prefix, pattern, values].filter((each) => each !== undefined).length <= 1,
    {
      error: "has more than one of prefix, pattern and values. Write an entry for each",
    },
  )
  .refine(({ keys, member }) => !keys || member === undefined, {
    error: "has keys and member: an object's keys are its values, or one of its members is",
  });
export type ClaimRule = z.infer<typeof claimRuleSchema>;

/** identity.yaml: which claims of the sign-in name capabilities. */
export const identitySchema = z.strictObject({
  claims: z
    .array(claimRuleSchema)
    .max(16, { error: "has more than 16 entries" })
    .default([])
    .meta({ description: "Without an entry the claim of OIDC_TENANT_CLAIM names the capabilities." }),
});
export type ClaimMap = z.infer<typeof identitySchema>;

/** What holds where there is no identity.yaml. */
export const DEFAULT_IDENTITY: ClaimMap = { claims: [] };

/** The rules that hold. @param tenantClaim OIDC_TENANT_CLAIM */
export function rulesOf({ claims }: ClaimMap, tenantClaim: string): ClaimRule[] {
  return claims.length > 0 ? claims : [{ claim: tenantClaim, keys: false }];
}

/** The names from the top of the claims to the place that a rule reads. */
export function pathOf({ claim }: Pick<ClaimRule, "claim">): [string, ...string[]] {
  if (!claim.startsWith("/")) return [claim];
  const [first = "", ...more] = claim
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return [first, ...more];
}

/** Words that name a directory's groups, within names such as `user_groups`, `groupIds` and `https://example/roles`. */
const GROUPS = /(^|[^a-z])(groups?|roles?|member[^a-z]?ofs?|memberships?|entitlements?)([^a-z]|$)/;

/** `userGroups` and `ADGroups` as `user Groups` and `AD Groups`, in small letters. */
const words = (name: string) =>
  name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2").toLowerCase();

/** Why a rule opens more than it seems to; null where it doesn't. */
export function breadthOf(rule: ClaimRule): string | null {
  const isNarrow = rule.prefix !== undefined || rule.pattern !== undefined || rule.values !== undefined;
  if (isNarrow || !GROUPS.test(words(pathOf(rule).at(-1) ?? ""))) return null;
  return `${rule.claim} lists groups, and any group that is named like a capability opens it. Set prefix, pattern or values.`;
}

/** Why no owner is known by this address (`knownAs` in claim-map.ts); null where one is. */
const faultOfOwnerAddress = (address: string): string | null =>
  faultOfMailAddress(address) ??
  (/^[\x21-\x7e]*$/.test(address)
    ? null
    : "has letters outside ASCII, which can look alike. List the person's subject");

/** Owners by name, for a provider without groups. */
const ownerSchema = z
  .strictObject({
    email: z
      .string()
      .superRefine((address, context) => {
        const message = faultOfOwnerAddress(address);
        if (message) context.addIssue({ code: "custom", message });
      })
      .transform((address) => address.toLowerCase())
      .optional()
      .meta({ description: "An address that the provider has verified (email_verified)." }),
    subject: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: "The provider's own id of the person (sub)." }),
  })
  .refine(({ email, subject }) => (email === undefined) !== (subject === undefined), {
    error: "names a person by email or by subject, one of them",
  });

export const ownersSchema = z
  .array(ownerSchema)
  .max(50, { error: "has more than 50 entries" })
  .default([])
  .meta({
    description:
      "Who may see it beside those whose claim names it, for a provider without groups: by verified e-mail address or by subject.",
  });
export type CapabilityOwner = z.infer<typeof ownerSchema>;
