import { z } from "zod";
import { outbox } from "@/lib/delivery/store";
import { refusal } from "@/lib/doorway/refusal";
import { currentAccess } from "@/lib/tenancy/session";
import { answer, answering } from "../../../../answering";
import { refuseAccess } from "../../../../refuse-access";

type Context = { params: Promise<{ mail: string }> };

const NOT_HERE = "There is no such mail, or the relay has not accepted it.";

/** The owner says that a mail arrived, which proves the address. The first word counts, and its date is kept. */
export const POST = answering<Context>("/api/alerts/mails/[mail]/got-it", async (_request, { params }) => {
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const id = z.uuid().safeParse((await params).mail);
  if (!id.success) return refusal(404, "no_such_mail", NOT_HERE);
  const known = await outbox().gotIt(access.scope, id.data);
  return known ? answer({ ok: true }) : refusal(404, "no_such_mail", NOT_HERE);
});
