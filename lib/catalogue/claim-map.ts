import { linearPattern } from "@/lib/infra/linear-pattern";
import { TENANT_ID } from "@/lib/tenant/scope";
import { type CapabilityOwner, type ClaimRule, pathOf } from "./identity";

type Claims = Readonly<Record<string, unknown>>;

/** What a claim was, in a word that holds nothing of its value. */
export type ClaimForm = "absent" | "text" | "list" | "object" | "number" | "boolean" | "null";

/** What one rule found. It names no value. */
export type ClaimFinding = {
  claim: string;
  form: ClaimForm;
  /** Values that were read; 0 where the form isn't one that the rule reads. */
  values: number;
  /** Entries of a list that can't be read as a text. */
  odd: number;
  /** Values that name a capability. */
  matched: number;
  /**
   * `named`: at least one value names a capability. `absent`: no such claim. `elsewhere`: the provider says that it is elsewhere
   * (distributed claims, Entra's overage). `form`: it has a form that the rule doesn't read. `empty`: it has no value. `unmatched`: it has
   * values, and none names a capability.
   */
  outcome: "named" | "absent" | "elsewhere" | "form" | "empty" | "unmatched";
  /** Values beyond what is read. */
  cut: number;
};

export type ClaimReading = {
  /** Valid tenant ids, each once, in the order of rules and values. Whether there is such a tenant isn't known here. */
  named: string[];
  findings: ClaimFinding[];
};

/** More than a token can hold. */
const MAX_VALUES = 5_000;
const MAX_VALUE_LENGTH = 1_024;

/** The capabilities that claims name, by the operator's rules, and what was found by each rule. */
export function readClaims(claims: Claims, rules: readonly ClaimRule[]): ClaimReading {
  const read = rules.map((rule) => readRule(claims, rule));
  return {
    named: [...new Set(read.flatMap(({ named }) => named))],
    findings: read.map(({ finding }) => finding),
  };
}

/** Whether claims lack places that the rules read: userinfo may have them. */
export const isLackingIn = (claims: Claims, rules: readonly ClaimRule[]): boolean =>
  rules.some((rule) => valueAt(claims, pathOf(rule)) === undefined);

function readRule(claims: Claims, rule: ClaimRule): { named: string[]; finding: ClaimFinding } {
  const path = pathOf(rule);
  const value = valueAt(claims, path);
  const form = formOf(value);
  const all = form === "absent" ? [] : valuesOf(value, rule);
  const texts = (all ?? []).map((each) => textOf(each, rule)).filter((each) => each !== null);
  const counted = texts.slice(0, MAX_VALUES);
  const name = namer(rule);
  const matches = counted
    .filter((text) => text.length <= MAX_VALUE_LENGTH)
    .map((text) => name(text).filter((id) => TENANT_ID.test(id)))
    .filter((ids) => ids.length > 0);
  const outcome = () => {
    if (matches.length > 0) return "named";
    if (form === "absent") return isElsewhere(claims, path[0]) ? "elsewhere" : "absent";
    if (all === null || (all.length > 0 && texts.length === 0)) return "form";
    return texts.length === 0 ? "empty" : "unmatched";
  };
  const finding = {
    claim: rule.claim,
    form,
    values: counted.length,
    odd: (all?.length ?? 0) - texts.length,
    matched: matches.length,
    outcome: outcome(),
    cut: texts.length - counted.length,
  } as const;
  return { named: matches.flat(), finding };
}

function valueAt(claims: Claims, path: readonly string[]): unknown {
  let at: unknown = claims;
  for (const name of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at) || !Object.hasOwn(at, name))
      return undefined;
    at = (at as Claims)[name];
  }
  return at;
}

/** A number counts where the operator maps it, and where JSON can hold it exactly. */
function textOf(value: unknown, { values }: ClaimRule): string | null {
  if (typeof value === "number") return values && Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === "string" && value !== "" ? value : null;
}

/** The values of a claim; null where its form isn't one that the rule reads. */
function valuesOf(value: unknown, { keys, member, separator, values }: ClaimRule): unknown[] | null {
  if (member !== undefined) {
    const entries = typeof value === "object" && value !== null ? [value].flat() : null;
    return entries?.flatMap((entry) => valueAt(entry as Claims, [member]) ?? [null]) ?? null;
  }
  if (keys)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? keysOf(value) : null;
  if (Array.isArray(value)) return value;
  if (typeof value === "number" && values) return [value];
  if (typeof value !== "string") return null;
  return separator === undefined ? [value] : value.split(separator).map((part) => part.trim());
}

/** A key with false or null says what somebody doesn't have. */
const keysOf = (object: object): string[] =>
  Object.entries(object).flatMap(([key, value]) => (value === false || value === null ? [] : [key]));

function namer({ prefix, pattern, values }: ClaimRule): (text: string) => readonly string[] {
  if (values) return (text) => (Object.hasOwn(values, text) ? [values[text] ?? []].flat() : []);
  if (prefix !== undefined) return (text) => (text.startsWith(prefix) ? [text.slice(prefix.length)] : []);
  if (pattern === undefined) return (text) => [text];
  const match = linearPattern(pattern);
  return (text) => [match(text) ?? ""];
}

function formOf(value: unknown): ClaimForm {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  const kind = typeof value;
  return kind === "string" ? "text" : kind === "number" || kind === "boolean" ? kind : "object";
}

/** OpenID Connect Core 1.0, section 5.6.2. Entra ID does so beyond 200 groups, or says `hasgroups`. */
function isElsewhere(claims: Claims, name: string): boolean {
  const named = claims._claim_names;
  const isNamed = typeof named === "object" && named !== null && Object.hasOwn(named, name);
  return isNamed || (name === "groups" && claims.hasgroups === true);
}

/** Who somebody is, as far as a list of owners may use it. */
export type KnownAs = {
  subject: string;
  /** In small letters; null where there is none, or it isn't ASCII: letters outside of it can look and fold alike. */
  email: string | null;
  isEmailVerified: boolean;
};

/** @param subject checked by the caller */
export function knownAs(claims: Claims, subject: string): KnownAs {
  const { email, email_verified: verified } = claims;
  const isAddress = typeof email === "string" && /^[\x21-\x7e]{3,254}$/.test(email);
  // Cognito writes the boolean as text.
  return {
    subject,
    email: isAddress ? email.toLowerCase() : null,
    isEmailVerified: isAddress && (verified === true || verified === "true"),
  };
}

/** Whether a capability's list of owners names somebody; `unverified`: only by an address that the provider hasn't verified. */
export function listingOf(
  owners: readonly CapabilityOwner[],
  who: KnownAs,
): "listed" | "unverified" | "not-listed" {
  const isSubject = owners.some(({ subject }) => subject !== undefined && subject === who.subject);
  const isAddress =
    who.email !== null && owners.some(({ email }) => email !== undefined && email === who.email);
  if (isSubject || (isAddress && who.isEmailVerified)) return "listed";
  return isAddress ? "unverified" : "not-listed";
}
