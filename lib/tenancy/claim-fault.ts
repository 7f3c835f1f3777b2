import type { ClaimFinding } from "@/lib/catalogue/claim-map";

/** Why a sign-in that worked led to no capability, as far as the provider's side can be the cause. */
export const CLAIM_FAULTS = [
  "claim-absent",
  "claim-elsewhere",
  "claim-form",
  "claim-empty",
  "claim-unmatched",
  "claim-unknown",
  "email-unverified",
] as const;
export type ClaimFault = (typeof CLAIM_FAULTS)[number];

/** From the one that an operator can act on most to the one that is most often nobody's fault. */
const BY_OUTCOME = [
  ["elsewhere", "claim-elsewhere"],
  ["form", "claim-form"],
  ["unmatched", "claim-unmatched"],
  ["empty", "claim-empty"],
] as const;

/**
 * The fault of claims that name no capability.
 * @param isUnverified whether only an unverified address is listed
 */
export function claimFaultOf(findings: readonly ClaimFinding[], isUnverified: boolean): ClaimFault {
  if (isUnverified) return "email-unverified";
  const [, fault] = BY_OUTCOME.find(([outcome]) => findings.some((each) => each.outcome === outcome)) ?? [];
  return fault ?? "claim-absent";
}

type Words = {
  /** What was there, for the owner. */
  happened: string;
  /** What the operator does about it, for the log. */
  remedy: string;
};

const WORDS: Record<ClaimFault, Words> = {
  "claim-absent": {
    happened: "The sign-in service sent nothing that says which capabilities this account has.",
    remedy: "The claim is neither in the id token nor at userinfo: add it to the client, or to OIDC_SCOPES.",
  },
  "claim-elsewhere": {
    happened: "The sign-in service sent only a note that this account is in too many groups to list them.",
    remedy:
      "The provider left the groups out of the token (an overage). Send only groups assigned to the application, or app roles.",
  },
  "claim-form": {
    happened: "The sign-in service sent this account's capabilities in a form that the portal doesn't read.",
    remedy: "The claim has another form than identity.yaml says: see keys, separator and the path.",
  },
  "claim-empty": {
    happened: "The sign-in service sent an empty list of capabilities for this account.",
    remedy:
      "The claim is there and has no value: the account is in no group, or a filter at the provider is too narrow.",
  },
  "claim-unmatched": {
    happened: "The sign-in service sent groups for this account, and none of them stands for a capability.",
    remedy: "No value of the claim names a capability by identity.yaml: see prefix, pattern and values.",
  },
  "claim-unknown": {
    happened: "The sign-in service names a capability that this portal has no definition of.",
    remedy: "The claim names tenants that the definitions don't have.",
  },
  "email-unverified": {
    happened:
      "This account's e-mail address is listed for a capability, but the sign-in service hasn't verified it.",
    remedy:
      "The provider sends no email_verified for a listed address: verify it there, or list the subject.",
  },
};

/** What a fault means to the owner and to the operator. Neither names a value. */
export const claimFaultWords = (fault: ClaimFault): Words => WORDS[fault];
