import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/** A page of the access log, after a row of it. */
export const SIGN_INS = statement("SIGN_INS", { nullable: [3] })`
  SELECT id, at, issuer, subject, tenant_id, result FROM sign_in
  WHERE (at, id) > ($1, $2::uuid) AND ($3::text IS NULL OR tenant_id = $3) ORDER BY at, id LIMIT $4`;
