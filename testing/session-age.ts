import type { Client } from "pg";
import { openTokens, sealTokens } from "@/lib/tenancy/provider-tokens";

/**
 * Makes the newest session so many minutes old: the database's clock judges what is due, so its times move into
 * the past, and with them the end of its access token, where the provider is asked by one.
 * @param secret NEXTAUTH_SECRET, by which the tokens are sealed
 */
export async function ageSession(sql: Client, minutes: number, secret: string): Promise<void> {
  const { rows } = await sql.query<{ id: string; tokens: string | null; by_ms: number }>(
    `WITH newest AS (
       SELECT id, date_trunc('milliseconds', started_at - (now() - $1 * interval '1 min')) AS by FROM session
       ORDER BY started_at DESC LIMIT 1)
     UPDATE session SET started_at = started_at - by, expires_at = expires_at - by,
       claims_read_at = claims_read_at - by, claims_due_at = claims_due_at - by
     FROM newest WHERE session.id = newest.id
     RETURNING session.id, provider_tokens AS tokens, (extract(epoch FROM by) * 1000)::float8 AS by_ms`,
    [minutes],
  );
  const [row] = rows;
  if (!row) throw new Error("There is no session.");
  const tokens = row.tokens && (await openTokens(row.tokens, row.id, secret));
  if (!tokens || !("accessToken" in tokens)) return;
  const aged = { ...tokens, expiresAtMs: tokens.expiresAtMs - row.by_ms };
  const sealed = await sealTokens(aged, row.id, secret);
  await sql.query("UPDATE session SET provider_tokens = $2 WHERE id = $1", [row.id, sealed]);
}
