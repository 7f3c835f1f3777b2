import { type ClaimFinding, knownAs, listingOf, readClaims } from "@/lib/catalogue/claim-map";
import { type ClaimRule, rulesOf } from "@/lib/catalogue/identity";
import { AppliedDefinitionError, catalogueStore } from "@/lib/catalogue/store";
import { evictionStore } from "@/lib/eviction/store";
import { MAX_CANDIDATES } from "./claim-bound";
import { type ClaimFault, claimFaultOf } from "./claim-fault";
import { SignInFailure } from "./failure";
import type { Claims } from "./merge-claims";
import type { SignInSettings } from "./settings";
import { tenancyStore } from "./store";

export type Candidates = {
  /**
   * Tenants that the claims name or whose definition lists the person, known ones first; at most
   * MAX_CANDIDATES.
   */
  candidates: string[];
  findings: ClaimFinding[];
  /** How many known tenants are named, also beyond the bound. */
  known: number;
  /** Why no tenant is named that is known; null where one is. */
  fault: ClaimFault | null;
};

/**
 * The rules by which claims name capabilities, as last applied.
 * @throws SignInFailure where they don't fit this version of the portal: then nobody is let in
 */
export async function currentRules({ tenantClaim }: SignInSettings): Promise<ClaimRule[]> {
  try {
    return rulesOf(await catalogueStore.readIdentity(), tenantClaim);
  } catch (error) {
    if (!(error instanceof AppliedDefinitionError)) throw error;
    throw new SignInFailure("failed", error.message, { cause: error });
  }
}

/** Whose capabilities somebody may see. @param subject the person's, checked by the caller */
export async function candidatesOf(
  claims: Claims,
  subject: string,
  rules: readonly ClaimRule[],
): Promise<Candidates> {
  const { all, findings, isUnverified } = await readAll(claims, subject, rules);
  const known = await knownOf(all);
  const ordered = [...known, ...all.filter((id) => !known.includes(id))];
  return {
    candidates: ordered.slice(0, MAX_CANDIDATES),
    findings,
    known: known.length,
    fault: faultIn(all, known, () => claimFaultOf(findings, isUnverified)),
  };
}

/** The ids of all tenants that claims name or whose definition lists the person, beyond any bound. */
export async function namedIn(
  claims: Claims,
  subject: string,
  rules: readonly ClaimRule[],
): Promise<string[]> {
  return (await readAll(claims, subject, rules)).all;
}

/** `isUnverified`: somebody's address is listed, and the provider hasn't verified it. */
async function readAll(claims: Claims, subject: string, rules: readonly ClaimRule[]) {
  const { named, findings } = readClaims(claims, rules);
  const who = knownAs(claims, subject);
  const naming = await tenancyStore.readTenantsNaming(subject, who.email);
  const standing = naming.map(({ id, owners }) => ({ id, listing: listingOf(owners, who) }));
  const listed = standing.filter(({ listing }) => listing === "listed").map(({ id }) => id);
  const isUnverified = standing.some(({ listing }) => listing === "unverified");
  return { all: [...new Set([...listed, ...named])], findings, isUnverified };
}

function faultIn(
  all: readonly string[],
  known: readonly string[],
  without: () => ClaimFault,
): ClaimFault | null {
  if (all.length === 0) return without();
  return known.length === 0 ? "claim-unknown" : null;
}

/** Those of these ids whose tenants exist, or did, in their order. */
async function knownOf(named: readonly string[]): Promise<string[]> {
  if (named.length === 0) return [];
  const rows = new Set(await tenancyStore.readKnownTenants(named));
  const departures = await evictionStore.readDepartures(named.filter((id) => !rows.has(id)));
  return named.filter((id) => rows.has(id) || departures.has(id));
}
