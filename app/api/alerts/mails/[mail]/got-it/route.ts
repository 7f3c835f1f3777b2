import { z } from "zod";
import { outbox } from "@/lib/delivery/store";
import { refusal } from "@/lib/doorway/refusal";
import { answer } from "../../../../answering";
import { ownersRoute } from "../../../../owners-route";

const NOT_HERE = "There is no such mail, or the relay has not accepted it.";

/** The owner says that a mail arrived, which proves the address. The first word counts, and its date is kept. */
export const POST = ownersRoute<{ mail: string }>(
  "/api/alerts/mails/[mail]/got-it",
  async ({ scope, params }) => {
    const id = z.uuid().safeParse(params.mail);
    const known = id.success && (await outbox.gotIt(scope, id.data));
    return known ? answer<"done">({ ok: true }) : refusal(404, "no_such_mail", NOT_HERE);
  },
);
