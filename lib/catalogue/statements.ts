import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

export const DOCUMENT_OF = statement("DOCUMENT_OF", { prepared: "document_of", notNull: ["text"] })`
  SELECT document::text AS text, CASE WHEN newer_applied_at = applied_at THEN newer::text END AS newer
  FROM definition WHERE kind = $1`;

export const IDENTITY = statement("IDENTITY", { prepared: "identity", notNull: ["text"] })`
  SELECT document::text AS text, NULL::text AS newer FROM identity_definition WHERE id = 1`;
