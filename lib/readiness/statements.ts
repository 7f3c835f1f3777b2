import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

export const ONE = statement("ONE")`SELECT 1`;

export const IS_MIGRATED = statement("IS_MIGRATED", { notNull: ["found"] })`
  SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`;

export const APPLIED_MIGRATIONS = statement("APPLIED_MIGRATIONS")`
  SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
