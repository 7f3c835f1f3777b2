import { counter } from "@/lib/infra/metrics";
import { CLAIM_FAULTS, type ClaimFault } from "./claim-fault";
import { SIGN_IN_FAILURES, type SignInFailureCode } from "./failure";

export type SignInCount = "ok" | ClaimFault | SignInFailureCode;

const signIns = counter(
  "watchpost_sign_ins_total",
  "Sign-ins that ended here, by result: ok, why not, or why it led to no capability",
  ["result"],
);
// Zero from the start, so that the first one is an increase.
for (const result of ["ok", ...CLAIM_FAULTS, ...SIGN_IN_FAILURES]) signIns.inc({ result }, 0);

const cut = counter(
  "watchpost_sign_in_capabilities_cut_total",
  "Capabilities that sign-ins named beyond what a session holds",
);

/** Counts one sign-in that ended. */
export function countSignIn(result: SignInCount): void {
  signIns.inc({ result });
}

/** Counts capabilities that somebody owns and can't choose. */
export function countCut(capabilities: number): void {
  cut.inc(capabilities);
}

const CLAIM_CHECKS = ["confirmed", "withdrawn", "refused", "unanswered", "over"] as const;

const claimChecks = counter(
  "watchpost_claim_checks_total",
  "Times that the provider was asked again for a session's claims, by result",
  ["result"],
);
for (const result of CLAIM_CHECKS) claimChecks.inc({ result }, 0);

/** Counts one time that the provider was asked again for a session's claims. */
export function countClaimCheck(result: (typeof CLAIM_CHECKS)[number]): void {
  claimChecks.inc({ result });
}

const LOGOUT_RESULTS = [
  "ended",
  "no-session",
  "refused",
  "rate-limited",
  "issuer-unreachable",
  "database-unreachable",
  "failed",
] as const;
export type LogoutResult = (typeof LOGOUT_RESULTS)[number];

const logouts = counter(
  "watchpost_provider_logouts_total",
  "Logouts that the provider sent, by result: ended, no-session, or why not",
  ["result"],
);
for (const result of LOGOUT_RESULTS) logouts.inc({ result }, 0);

/** Counts one logout that the provider sent, or somebody in its name. */
export function countLogout(result: LogoutResult): void {
  logouts.inc({ result });
}
