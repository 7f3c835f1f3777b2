import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

const COLUMNS = "episode_id, at, side, sentence, reasons, would_decide";
/** As keptSide() decides. @param alert an alert's id */
const KEPT_SIDE = (alert: string) =>
  `(SELECT k.side FROM attribution k WHERE k.episode_id = ${alert} ORDER BY k.side = 'unclear', k.id LIMIT 1)`;

export const CURRENT = statement("CURRENT", { notNull: ["kept_side"] })`
  SELECT DISTINCT ON (a.episode_id) a.episode_id, a.at, a.side, a.sentence, a.reasons, a.would_decide, a.evidence,
    ${KEPT_SIDE("a.episode_id")} AS kept_side
  FROM attribution a WHERE a.episode_id = ANY($1::uuid[])
  ORDER BY a.episode_id, a.id DESC`;
/** The lock keeps an alert from being deleted between the look and the insert, which would then fail on its foreign key. */
export const INSERT = statement("INSERT")`
  INSERT INTO attribution (episode_id, tenant_id, at, side, sentence, reasons, would_decide, evidence)
  SELECT new.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::jsonb[])
    AS new (episode_id, tenant_id, at, side, sentence, reasons, would_decide, evidence)
  JOIN episode ON episode.id = new.episode_id AND episode.tenant_id = new.tenant_id FOR KEY SHARE OF episode`;
export const OF_ALERT = statement(
  "OF_ALERT",
)`SELECT ${COLUMNS} FROM attribution WHERE tenant_id = $1 AND episode_id = $2 ORDER BY id`;
export const SIDES_OF = statement("SIDES_OF")`
  SELECT DISTINCT ON (episode_id) episode_id, side FROM attribution WHERE tenant_id = $1 AND episode_id = ANY($2::uuid[])
  ORDER BY episode_id, side = 'unclear', id`;
export const OF_OPEN = statement("OF_OPEN", {
  notNull: ["episode_id", "signal", "line", "breached_at", "fired_at"],
})`
  SELECT DISTINCT ON (e.id) e.id AS episode_id, a.at, a.side, a.sentence, a.reasons, a.would_decide, e.signal, e.line, e.breached_at, e.fired_at, e.hold,
    ${KEPT_SIDE("e.id")} AS kept_side
  FROM episode e LEFT JOIN attribution a ON a.episode_id = e.id AND a.tenant_id = e.tenant_id
  WHERE e.tenant_id = $1 AND e.ended_at IS NULL ORDER BY e.id, a.id DESC`;
/** Values: the tenant, since when, and the lines of availability whose alerts are no downtime. */
export const OUTAGES = statement("OUTAGES", { notNull: ["id", "breached_at"] })`
  SELECT e.id, e.breached_at, e.ended_at, a.at, a.side FROM episode e
  LEFT JOIN attribution a ON a.episode_id = e.id AND a.tenant_id = e.tenant_id
  WHERE e.tenant_id = $1 AND e.signal = 'availability' AND e.line <> ALL($3::text[]) AND (e.ended_at IS NULL OR e.ended_at > $2)
  ORDER BY e.breached_at, e.id, a.id`;
