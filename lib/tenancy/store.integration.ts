import { randomUUID } from "node:crypto";
import { encode } from "next-auth/jwt";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { evictionStore } from "@/lib/eviction/store";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { accessOf, chooseTenant } from "./session";
import type { SignInSettings } from "./settings";
import { END_BY_PROVIDER, END_OF_SIDS } from "./statements";
import { tenancyStore } from "./store";

const SECRET = "cJ0mOa3pQy7Rk5Wv1Zt9Xe4Ub6Nd8Hf2";
const PORTAL = "http://127.0.0.1:3999";
const HOUR_MS = 3_600_000;
const settings: SignInSettings = {
  issuer: "https://id.example",
  clientId: "watchpost",
  clientSecret: "not asked for here",
  clientAuth: null,
  clientKey: null,
  scopes: "openid",
  algorithms: null,
  tenantClaim: "tenant",
  portalOrigin: PORTAL,
  https: false,
  secret: SECRET,
};

const readSession = async (id: string) => (await tenancyStore.readAccessRows(id, [])).session;

let database: TestDatabase;
let sql: Client;

beforeAll(async () => {
  database = await freshDatabase();
  setPortalEnvironment({
    DATABASE_URL: database.url,
    OIDC_ISSUER: settings.issuer,
    OIDC_CLIENT_ID: settings.clientId,
    OIDC_CLIENT_SECRET: "not asked for here",
    NEXTAUTH_URL: PORTAL,
    NEXTAUTH_SECRET: SECRET,
  });
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});

afterAll(async () => {
  const { closeDatabase } = await import("@/lib/infra/db");
  await closeDatabase();
  await sql.end();
  await database.drop();
});

beforeEach(async () => {
  await sql.query("DELETE FROM session");
  await sql.query("DELETE FROM tenant");
  for (const [id, state] of [
    ["photos", "live"],
    ["tickets", "live"],
    ["library", "onboarding"],
    ["archive", "ended"],
  ]) {
    await sql.query(
      `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
       VALUES ($1, 'Name of ' || $1, $1 || '@example.org', 'Europe/Berlin', $2::tenant_state, '{}')`,
      [id, state],
    );
  }
});

/** The cookie of a session just begun, whose claim named these tenants. */
async function signedIn(candidates: string[], nowMs = Date.now()) {
  const sid = await tenancyStore.startSession(
    { issuer: settings.issuer, subject: "owner", expiresAtMs: nowMs + HOUR_MS, candidates },
    nowMs,
  );
  const token = { sid, sub: "owner", label: "owner@example.org", candidates };
  const value = await encode({ token, secret: SECRET, maxAge: 86_400 });
  return { sid, sent: [{ name: "watchpost.session", value }] };
}

const see = (sent: { name: string; value: string }[], nowMs = Date.now()) => accessOf(sent, settings, nowMs);

describe("a session", () => {
  test("of one live tenant lands there, and stays bound to it", async () => {
    const { sid, sent } = await signedIn(["photos"]);
    expect(await see(sent)).toMatchObject({
      kind: "granted",
      scope: { tenantId: "photos" },
      tenant: { id: "photos", name: "Name of photos" },
      owner: { label: "owner@example.org" },
    });
    expect((await readSession(sid))?.tenantId).toBe("photos");
  });

  test("is out with the next request once its tenant is offboarded, and once its row is gone", async () => {
    const { sent } = await signedIn(["photos"]);
    expect(await see(sent)).toMatchObject({ kind: "granted" });
    await sql.query("UPDATE tenant SET state = 'ended' WHERE id = 'photos'");
    expect(await see(sent)).toMatchObject({ kind: "refused", reason: "ended" });
    await sql.query("DELETE FROM tenant WHERE id = 'photos'");
    expect(await see(sent)).toEqual({ kind: "signed-out" });
  });

  test("is out when it ended, when it expired, and when no row stands behind its cookie", async () => {
    const ended = await signedIn(["photos"]);
    await tenancyStore.endSession(ended.sid, Date.now());
    expect(await see(ended.sent)).toEqual({ kind: "signed-out" });

    const { sid, sent } = await signedIn(["photos"]);
    expect(await see(sent, Date.now() + HOUR_MS + 1)).toEqual({ kind: "signed-out" });
    await sql.query("DELETE FROM session WHERE id = $1", [sid]);
    expect(await see(sent)).toEqual({ kind: "signed-out" });
  });

  test.each([
    ["no tenant", [], "no-tenant"],
    ["an unknown tenant", ["harbour"], "unknown-tenant"],
    ["a tenant that isn't live yet", ["library"], "not-yet-live"],
    ["a tenant that ended", ["archive"], "ended"],
  ])(
    "of %s is refused with that reason and no data, and binds nothing",
    async (_what, candidates, reason) => {
      const { sid, sent } = await signedIn(candidates);
      expect(await see(sent)).toEqual({ kind: "refused", reason, owner: { label: "owner@example.org" } });
      expect((await readSession(sid))?.tenantId).toBeNull();
    },
  );

  test("that came too early gets in without a new sign-in once its tenant is live", async () => {
    const { sent } = await signedIn(["library"]);
    expect(await see(sent)).toMatchObject({ kind: "refused", reason: "not-yet-live" });
    await sql.query("UPDATE tenant SET state = 'live' WHERE id = 'library'");
    expect(await see(sent)).toMatchObject({ kind: "granted", scope: { tenantId: "library" } });
  });

  test("keeps the time of its first end", async () => {
    const { sid } = await signedIn(["photos"]);
    await tenancyStore.endSession(sid, 1_000);
    await tenancyStore.endSession(sid, 2_000);
    expect((await readSession(sid))?.endedAtMs).toBe(1_000);
  });
});

describe("a session whose tenant's 30 days are over", () => {
  const DAY_MS = 24 * HOUR_MS;
  const evict = (id: string, fromMs: number) =>
    sql.query("UPDATE tenant SET leaving = $1 WHERE id = $2", [
      {
        eviction: {
          from: `${new Date(fromMs).toISOString().slice(0, 19)}Z`,
          issueUrl: "https://git.example/7",
          pauses: [],
        },
      },
      id,
    ]);

  test("is refused with the deletion notice from that second on, also where it was bound before, and finds the same once the row is gone", async () => {
    const { sent } = await signedIn(["photos"]);
    const overMs = Math.floor(Date.now() / 1000) * 1000 - 2 * HOUR_MS;
    await evict("photos", overMs - 30 * DAY_MS);
    expect(await see(sent, overMs - 1)).toMatchObject({ kind: "granted" });
    const refused = { kind: "refused", reason: "deleted", deletionNotice: { overAtMs: overMs } };
    expect(await see(sent, overMs)).toMatchObject(refused);
    expect(await evictionStore.deleteOver("photos")).toBe(true);
    // The session went with its tenant; the departure gives a new sign-in its notice.
    expect(await see(sent)).toEqual({ kind: "signed-out" });
    expect(await see((await signedIn(["photos"])).sent)).toMatchObject({
      ...refused,
      deletionNotice: { zone: "Europe/Berlin", issueUrl: "https://git.example/7" },
    });
    expect(await see((await signedIn(["photos", "tickets"])).sent)).toMatchObject({
      kind: "granted",
      scope: { tenantId: "tickets" },
    });
    await sql.query("DELETE FROM departure");
    expect(await see((await signedIn(["photos"])).sent)).toMatchObject({ reason: "unknown-tenant" });
  });

  test("can't be bound to it by a choice from a page that was open before, and still may choose another", async () => {
    const { sid, sent } = await signedIn(["photos", "tickets", "library"]);
    await evict("photos", Date.now() - 31 * DAY_MS);
    await sql.query("UPDATE tenant SET state = 'live' WHERE id = 'library'");
    expect(await chooseTenant(sent, "photos", settings)).toBe("not-offered");
    expect((await readSession(sid))?.tenantId).toBeNull();
    expect(await see(sent)).toMatchObject({
      kind: "choose",
      tenants: [{ id: "library" }, { id: "tickets" }],
    });
    expect(await chooseTenant(sent, "tickets", settings)).toBe("bound");
  });
});

describe("a choice among several tenants", () => {
  test("offers the live ones by name and grants nothing before it is made", async () => {
    const { sent } = await signedIn(["tickets", "photos", "archive"]);
    expect(await see(sent)).toMatchObject({
      kind: "choose",
      tenants: [
        { id: "photos", name: "Name of photos" },
        { id: "tickets", name: "Name of tickets" },
      ],
    });
    expect(await chooseTenant(sent, "tickets", settings)).toBe("bound");
    expect(await see(sent)).toMatchObject({ kind: "granted", scope: { tenantId: "tickets" } });
  });

  test("is made once: a second one changes nothing", async () => {
    const { sid, sent } = await signedIn(["photos", "tickets"]);
    await chooseTenant(sent, "photos", settings);
    expect(await chooseTenant(sent, "tickets", settings)).toBe("bound");
    expect((await readSession(sid))?.tenantId).toBe("photos");
  });

  test("of two made at the same time has exactly one winner, every time", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { sid } = await signedIn(["photos", "tickets"]);
      const nowMs = Date.now();
      const won = await Promise.all([
        tenancyStore.bindSession(sid, "photos", nowMs),
        tenancyStore.bindSession(sid, "tickets", nowMs),
      ]);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await readSession(sid))?.tenantId).toBe(won[0] ? "photos" : "tickets");
    }
  });

  test.each([
    ["a live tenant that the claim doesn't name", "tickets"],
    ["a tenant that ended", "archive"],
    ["a tenant that nobody defined", "harbour"],
    ["what is no tenant id", "photos' OR true --"],
    ["nothing", ""],
  ])("can't be %s", async (_what, tenantId) => {
    const { sid, sent } = await signedIn(["photos", "library", "archive", "harbour"]);
    expect(await chooseTenant(sent, tenantId, settings)).not.toBe("signed-out");
    expect([null, "photos"]).toContain((await readSession(sid))?.tenantId);
  });

  test("can't be made by a session that ended, expired, or never was", async () => {
    const ended = await signedIn(["photos", "tickets"]);
    await tenancyStore.endSession(ended.sid, Date.now());
    expect(await chooseTenant(ended.sent, "photos", settings)).toBe("signed-out");

    const expired = await signedIn(["photos", "tickets"]);
    expect(await chooseTenant(expired.sent, "photos", settings, Date.now() + HOUR_MS + 1)).toBe("signed-out");
    expect(await chooseTenant([], "photos", settings)).toBe("signed-out");
    expect(await tenancyStore.bindSession(randomUUID(), "photos", Date.now())).toBe(false);
  });
});

describe("sessions that the operator ends", () => {
  const outOf = async (name: string) => {
    const ended = await tenancyStore.endSessionsOf(name, Date.now());
    return Object.values(ended).some((count) => count > 0) ? ended : null;
  };

  test("are a person's, also those without a tenant, and no others", async () => {
    await tenancyStore.endSessionsOf("owner", Date.now());
    const bound = await signedIn(["photos"]);
    await see(bound.sent);
    const without = [await signedIn([]), await signedIn(["harbour"]), await signedIn(["photos", "tickets"])];
    expect(await outOf("somebody-else")).toBeNull();
    expect(await outOf("owner")).toEqual({ ofSubject: 4, withoutTenant: 3, ofTenant: 0, undecided: 0 });
    for (const { sent } of [bound, ...without]) expect(await see(sent)).toEqual({ kind: "signed-out" });
    expect(await outOf("owner")).toBeNull();
  });

  test("are a tenant's, and those that might still choose it", async () => {
    const [own, other] = [await signedIn(["photos"]), await signedIn(["tickets"])];
    await Promise.all([see(own.sent), see(other.sent)]);
    const undecided = await signedIn(["photos", "tickets"]);
    expect(await outOf("photos")).toEqual({ ofSubject: 0, withoutTenant: 0, ofTenant: 1, undecided: 1 });
    for (const { sent } of [own, undecided]) expect(await see(sent)).toEqual({ kind: "signed-out" });
    expect(await see(other.sent)).toMatchObject({ kind: "granted", scope: { tenantId: "tickets" } });
  });
});

test.each<[string, string | null, string | null]>([
  ["a person", "s7", null],
  ["one session of theirs", "s7", "p7"],
  ["a session of the provider", null, "p7"],
])("a logout of %s reads no sessions but those", async (_what, subject, sid) => {
  await sql.query(
    `INSERT INTO session (id, issuer, subject, provider_sid, expires_at)
     SELECT gen_random_uuid(), $1, 's' || n, 'p' || n, now() + interval '1 h' FROM generate_series(1, 20000) n`,
    [settings.issuer],
  );
  await sql.query("ANALYZE session");
  const now = new Date();
  const planOf = async ({ text }: { text: string }, values: unknown[]) =>
    (await sql.query(`EXPLAIN ${text}`, values)).rows.map((row) => row["QUERY PLAN"]).join("\n");
  const byToken = ["digest", now, now, settings.issuer, subject, sid];
  expect(await planOf(END_BY_PROVIDER, byToken)).not.toContain("Seq Scan on session");
  const byFrames = [settings.issuer, Array.from({ length: 50 }, (_, nth) => `p${nth}`)];
  expect(await planOf(END_OF_SIDS, byFrames)).not.toContain("Seq Scan on session");
  await sql.query("DELETE FROM session");
});
