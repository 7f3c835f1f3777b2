import { z } from "zod";
import { outbox } from "@/lib/delivery/store";
import { refusal } from "@/lib/doorway/refusal";
import { currentAccess } from "@/lib/tenancy/session";
import { answer, answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

const bodySchema = z.strictObject({ dismiss: z.array(z.uuid()).min(1).max(100) });

/** Puts away the notices of alerts that never arrived: those that the owner has seen, and no other. */
export const POST = answering("/api/alerts/missed", async (request) => {
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const body = bodySchema.safeParse(await request.json().catch(() => null));
  if (!body.success)
    return refusal(400, "bad_body", 'Send {"dismiss": [ids]} with the ids of 1 to 100 mails.');
  await outbox().dismiss(access.scope, body.data.dismiss, access.owner.label);
  return answer({ ok: true });
});
