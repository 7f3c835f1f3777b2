import { refusal } from "@/lib/doorway/refusal";
import type { Access } from "@/lib/tenancy/session";

type Refused = Exclude<Access, { kind: "granted" }>;

const REASONS: Record<Extract<Access, { kind: "refused" }>["reason"], [code: string, message: string]> = {
  "no-tenant": ["no_tenant", "This account is not the owner of a capability."],
  "unknown-tenant": ["unknown_tenant", "The capability of this account is not known here."],
  "not-yet-live": ["not_yet_live", "The capability of this account is not live yet."],
  ended: ["ended", "The capability of this account has left the platform."],
  deleted: ["deleted", "The 30 days of this account's capability are over, and its data is deleted."],
};

/** Why there is no data for this session. It says nothing of any tenant, not even the session's own. */
export function refuseAccess(access: Refused): Response {
  switch (access.kind) {
    case "signed-out":
      return refusal(401, "signed_out", "You are signed out. Sign in to see your capability.");
    case "choose":
      return refusal(403, "choose_capability", "Choose one of your capabilities to go on.");
    case "refused":
      return refusal(403, ...REASONS[access.reason]);
  }
}
