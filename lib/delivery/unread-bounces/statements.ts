import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/** A page of what could not be read, after a row of it. */
export const UNREAD_BOUNCES = statement("UNREAD_BOUNCES", { nullable: [3] })`
  SELECT id, received_at, tenant_id, mail_id, size, reason FROM unread_bounce
  WHERE id > $1 AND received_at > $2 AND ($3::text IS NULL OR tenant_id = $3) ORDER BY id LIMIT $4`;

export const UNREAD_BOUNCE = statement("UNREAD_BOUNCE")`
  SELECT id, received_at, tenant_id, mail_id, size, reason, head FROM unread_bounce WHERE id = $1`;
