import { parseMailsRequest } from "@/lib/data-migrations/mails-request";
import { saveMailsWanted } from "@/lib/data-migrations/store";
import type { MigrationMails } from "@/lib/data-migrations/view";
import { refusal } from "@/lib/doorway/refusal";
import { currentAccess } from "@/lib/tenancy/session";
import { answer, answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

/** Switches the mails about the migrations of the session's tenant on or off. */
export const PUT = answering("/api/migration/mails", async (request) => {
  const parsed = parseMailsRequest(await request.json().catch(() => null));
  if (!parsed.ok) return refusal(400, "invalid_request", parsed.message);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const { scope, tenant, owner } = access;
  const { wanted, pageOf } = parsed.request;
  if (pageOf !== scope.tenantId)
    return refusal(409, "other_session", "This browser is now signed in to another capability.");
  await saveMailsWanted(scope, wanted, owner.label);
  return answer({ wanted, address: tenant.contactAddress } satisfies MigrationMails);
});
