import { type ClaimFinding, type KnownAs, knownAs, listingOf, readClaims } from "@/lib/catalogue/claim-map";
import { breadthOf, rulesOf } from "@/lib/catalogue/identity";
import type { TenantDefinition } from "@/lib/catalogue/tenant";
import type { Definitions } from "./read-definitions";

type Claims = Readonly<Record<string, unknown>>;

/**
 * What a person with these claims would see by the definitions, and why, in lines for a terminal. Here alone values are named: the
 * operator has them already.
 * @param tenantClaim OIDC_TENANT_CLAIM, which counts where identity.yaml has no entry
 */
export function whoami(claims: Claims, definitions: Definitions, tenantClaim: string): string[] {
  const rules = rulesOf(definitions.identity, tenantClaim);
  const { named, findings } = readClaims(claims, rules);
  const who = knownAs(claims, typeof claims.sub === "string" ? claims.sub : "");
  const listings = definitions.tenants.map((tenant) => ({ tenant, listing: listingOf(tenant.owners, who) }));
  const listed = listings.filter(({ listing }) => listing === "listed").map(({ tenant }) => tenant.id);
  const warnings = rules.map(breadthOf).filter((warning) => warning !== null);
  return [
    ...(typeof claims.sub === "string" ? [] : ["sub: absent. Every provider sends one; sign-in needs it."]),
    addressLine(who),
    ...findings.map(findingLine),
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...listings.flatMap(({ tenant, listing }) => listingLine(tenant, listing)),
    ...outcome([...new Set([...listed, ...named])], definitions.tenants),
  ];
}

const addressLine = ({ email, isEmailVerified }: KnownAs) =>
  email === null
    ? "email: absent, so no list of owners can name it."
    : `email: ${email}, ${isEmailVerified ? "verified" : "not verified, so it opens nothing"}.`;

const OUTCOMES: Record<ClaimFinding["outcome"], string> = {
  named: "it names capabilities",
  absent: "the claim is absent",
  elsewhere: "the provider left it out of the token (an overage)",
  form: "it has a form that this entry doesn't read",
  empty: "it has no value",
  unmatched: "none of its values names a capability",
};

function findingLine({ claim, form, values, matched, odd, outcome }: ClaimFinding): string {
  const counts =
    form === "absent" ? "" : ` (${form}, ${values} values, ${matched} of them match, ${odd} no text)`;
  return `claim ${claim}: ${OUTCOMES[outcome]}${counts}.`;
}

function listingLine({ id }: TenantDefinition, listing: ReturnType<typeof listingOf>): string[] {
  if (listing === "listed") return [`owners of ${id}: list this person.`];
  return listing === "unverified" ? [`owners of ${id}: list this address, but it isn't verified.`] : [];
}

const STATES: Record<TenantDefinition["state"], string> = {
  live: "is shown",
  onboarding: "isn't live yet, so nothing is shown",
  ended: "has ended, so nothing is shown",
};

function outcome(ids: readonly string[], tenants: readonly TenantDefinition[]): string[] {
  if (ids.length === 0) return ["This person sees nothing: no capability is named."];
  const stateOf = (id: string) => tenants.find((tenant) => tenant.id === id)?.state;
  const shown = ids.filter((id) => stateOf(id) === "live");
  const lines = ids.map((id) => {
    const state = stateOf(id);
    return `  ${id} ${state ? STATES[state] : "isn't defined, so nothing is shown"}.`;
  });
  const summary =
    shown.length === 0
      ? "This person sees nothing:"
      : shown.length === 1
        ? `This person sees ${shown[0]}:`
        : `This person chooses one of ${shown.length} capabilities:`;
  return [summary, ...lines];
}
