import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

export const DOCUMENT_OF = statement("DOCUMENT_OF", { prepared: "document_of", notNull: ["text"] })`
  SELECT document::text AS text FROM definition WHERE kind = $1`;
