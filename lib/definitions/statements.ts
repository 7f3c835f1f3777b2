import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/** The clock by which the worker deletes: the plan and it must not differ about whose 30 days are over. */
export const CLOCK = statement("CLOCK", { notNull: ["now"] })`SELECT clock_timestamp() AS now`;
