import { counter } from "@/lib/infra/metrics";
import { SIGN_IN_FAILURES, type SignInFailureCode } from "./failure";

const signIns = counter("watchpost_sign_ins_total", "Sign-ins that ended here, by result: ok, or why not", [
  "result",
]);
// Zero from the start, so that the first one is an increase.
for (const result of ["ok", ...SIGN_IN_FAILURES]) signIns.inc({ result }, 0);

/** Counts one sign-in that ended. */
export function countSignIn(result: "ok" | SignInFailureCode): void {
  signIns.inc({ result });
}
