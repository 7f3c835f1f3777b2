import { randomUUID } from "node:crypto";
import type { ClaimRule } from "@/lib/catalogue/identity";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { type ClaimFault, claimFaultWords } from "./claim-fault";
import type { ClaimsRead } from "./exchange";
import { SignInFailure } from "./failure";
import { countCut, type SignInCount } from "./metrics";
import { ownerLabel } from "./owner-label";
import { type GivenTokens, provenTokens, sessionLastsMs } from "./proven-tokens";
import type { Provider } from "./provider-facts";
import { PROVIDER_NAME } from "./provider-name";
import { sealTokens } from "./provider-tokens";
import { type Candidates, candidatesOf } from "./read-candidates";
import type { SignInSettings } from "./settings";
import { tenancyStore } from "./store";
import { fittingCandidates, type SessionToken } from "./token";

function storableSubject(sub: unknown): string {
  if (typeof sub === "string" && PROVIDER_NAME.test(sub)) return sub;
  const found = typeof sub === "string" ? `a text of ${sub.length} characters` : `no text but ${typeof sub}`;
  throw new SignInFailure("subject-refused", `The subject is ${found}, and can't be stored.`);
}

/** The provider's session, as a later logout names it; null where there is none that can be stored. */
const storableSid = (sid: unknown): string | null =>
  typeof sid === "string" && PROVIDER_NAME.test(sid) ? sid : null;

/**
 * The row of a new session, the content of the cookie that names it, and how the sign-in counts.
 * @throws SignInFailure where no capability is named and userinfo, which may name one, could not be asked
 */
export async function openSession(
  { claims, userinfoFailure }: ClaimsRead,
  settings: SignInSettings,
  { provider, rules, given }: { provider: Provider; rules: readonly ClaimRule[]; given: GivenTokens },
): Promise<{ token: SessionToken; count: SignInCount }> {
  const subject = storableSubject(claims.sub);
  const nowMs = Date.now();
  const found = await asDatabase(candidatesOf(claims, subject, rules));
  const { fault } = found;
  if (userinfoFailure && fault && !isExplained(fault, userinfoFailure)) throw userinfoFailure;
  if (userinfoFailure)
    log.warn(
      { event: "userinfo-failed", cause: userinfoFailure.message },
      "Userinfo failed; the id token's claims count alone.",
    );
  const sid = randomUUID();
  const content = { sid, label: ownerLabel(claims, subject), claimFault: fault ?? undefined };
  const candidates = fittingCandidates(content, found.candidates);
  const asking = { provider, settings, rules, subject };
  const proven = await asDatabase(provenTokens(given, fault ? [] : candidates, asking, nowMs));
  const providerTokens = proven.tokens && (await sealTokens(proven.tokens, sid, settings.secret));
  const lastsMs = sessionLastsMs(providerTokens ? proven.tokens : null, nowMs);
  await asDatabase(
    tenancyStore.startSession(
      {
        id: sid,
        issuer: settings.issuer,
        subject,
        expiresAtMs: nowMs + lastsMs,
        candidates,
        providerSid: storableSid(claims.sid),
        providerTokens,
      },
      nowMs,
    ),
  );
  noteLength(lastsMs, proven.why ?? null, sid);
  noteClaims({ ...found, cut: found.known - Math.min(found.known, candidates.length) }, sid);
  return { token: { ...content, candidates }, count: fault ?? "ok" };
}

/** The id token itself says that the groups are elsewhere, and userinfo answered: it isn't there either. */
const isExplained = (fault: ClaimFault, { code }: SignInFailure): boolean =>
  fault === "claim-elsewhere" && code === "userinfo-refused";

/** For the operator: why somebody has to sign in again so soon. */
function noteLength(lastsMs: number, why: string | null, reference: string): void {
  if (why === null) return;
  const minutes = Math.round(lastsMs / 60_000);
  log.info(
    { event: "claims-not-asked-again", reference, minutes, cause: why },
    "The provider can't be asked again for a session's claims, so it is short.",
  );
}

/** For the operator: types and counts of what the provider sent, never a value. */
function noteClaims(
  { findings, cut, fault }: Omit<Candidates, "known"> & { cut: number },
  reference: string,
): void {
  if (cut > 0) {
    countCut(cut);
    log.warn(
      { event: "capabilities-cut", cut, reference },
      "A sign-in names more capabilities than a session holds.",
    );
  }
  if (fault)
    log.warn(
      { event: "sign-in-without-capability", fault, findings, reference },
      claimFaultWords(fault).remedy,
    );
}

/**
 * Work on the database. Its errors are named here, and not where the sign-in ends: next-auth keeps only their
 * message.
 */
export async function asDatabase<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SignInFailure) throw error;
    log.error({ event: "sign-in-without-database", err: error }, "A sign-in could not use the database.");
    if (!isDatabaseError(error)) throw error;
    throw new SignInFailure("database-unreachable", "The database could not be used.", { cause: error });
  }
}
