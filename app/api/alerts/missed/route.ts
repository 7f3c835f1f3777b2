import { z } from "zod";
import { outbox } from "@/lib/delivery/store";
import { refusal } from "@/lib/doorway/refusal";
import { answer } from "../../answering";
import { ownersRoute } from "../../owners-route";

const bodySchema = z.strictObject({ dismiss: z.array(z.uuid()).min(1).max(100) });

/** Puts away the notices of alerts that never arrived: those that the owner has seen, and no other. */
export const POST = ownersRoute("/api/alerts/missed", async ({ request, scope, owner }) => {
  const body = bodySchema.safeParse(await request.json().catch(() => null));
  if (!body.success)
    return refusal(400, "bad_body", 'Send {"dismiss": [ids]} with the ids of 1 to 100 mails.');
  await outbox.dismiss(scope, body.data.dismiss, owner.label);
  return answer<"done">({ ok: true });
});
