import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { APPLY_LOCK } from "@/lib/catalogue/apply-lock";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { DEFAULT_IDENTITY } from "@/lib/catalogue/identity";
import { AppliedDefinitionError, catalogueStore } from "@/lib/catalogue/store";
import { type TenantDefinition, tenantSchema } from "@/lib/catalogue/tenant";
import { evictionStore } from "@/lib/eviction/store";
import { database as processDatabase } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { changesNothing } from "./plan";
import type { Definitions } from "./read-definitions";
import { createDefinitionsStore, definitionsStore } from "./store";

const bundle = bundleSchema.parse(
  parse(await readFile(new URL("./defaults/bundle.yaml", import.meta.url), "utf8")),
);
const tenant = (id: string, changed: Partial<TenantDefinition> = {}) =>
  tenantSchema.parse({
    id,
    name: `The ${id}`,
    contactAddress: `owner@${id}.example`,
    timeZone: "Asia/Tokyo",
    state: "live",
    links: { capability: `https://${id}.example/` },
    ...changed,
  });
const wanted = (...tenants: TenantDefinition[]): Definitions => ({
  tenants,
  bundle,
  platform: { name: "Acme", infraRepositoryUrl: "https://github.com/acme/infra" },
  components: { windowSeconds: 120, components: [{ id: "ingress", name: "Ingress", state: "min(up)" }] },
  identity: DEFAULT_IDENTITY,
});

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await freshDatabase();
  process.env.DATABASE_URL = database.url;
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await definitionsStore.close();
  await client.end();
  await database.drop();
});

const rows = async (sql: string) => (await client.query(sql)).rows;
const states = async () =>
  Object.fromEntries(
    (await rows("SELECT id, state FROM tenant ORDER BY id")).map(({ id, state }) => [id, state]),
  );

async function applied(...args: Parameters<typeof definitionsStore.applyDefinitions>) {
  const result = await definitionsStore.applyDefinitions(...args);
  if (!result.ok) throw new Error(result.refusals.join("\n"));
  return result.plan;
}

describe("applyDefinitions", () => {
  test("writes what the files say, and a second time changes no row", async () => {
    await applied(wanted(tenant("photos"), tenant("tickets", { state: "onboarding" })));
    expect(await states()).toEqual({ photos: "live", tickets: "onboarding" });
    expect(await catalogueStore.readBundle()).toEqual(bundle);
    expect(await catalogueStore.readPlatform()).toEqual({
      name: "Acme",
      infraRepositoryUrl: "https://github.com/acme/infra",
    });

    const before = await rows("SELECT xmin, * FROM tenant ORDER BY id");
    const plan = await applied(wanted(tenant("photos"), tenant("tickets", { state: "onboarding" })));
    expect(plan).toMatchObject({ created: [], changed: [], removed: [], documents: [] });
    expect(await rows("SELECT xmin, * FROM tenant ORDER BY id")).toEqual(before);
  });

  test("touches only the tenant that changed", async () => {
    await applied(wanted(tenant("photos"), tenant("tickets")));
    const before = await rows("SELECT xmin, id FROM tenant WHERE id = 'tickets'");
    const plan = await applied(wanted(tenant("photos", { name: "Photos", links: {} }), tenant("tickets")));
    expect(plan.changed.map(({ fields }) => fields.map(({ path }) => path))).toEqual([
      ["name", "links.capability"],
    ]);
    expect(await rows("SELECT name, links FROM tenant WHERE id = 'photos'")).toEqual([
      { name: "Photos", links: {} },
    ]);
    expect(await rows("SELECT xmin, id FROM tenant WHERE id = 'tickets'")).toEqual(before);
  });

  test("writes nothing at all when one row is refused by the database", async () => {
    await applied(wanted(tenant("photos")));
    await client.query("ALTER TABLE tenant ADD CHECK (id <> 'weather')");
    const attempt = definitionsStore.applyDefinitions(
      wanted(tenant("photos", { name: "Changed" }), tenant("tickets"), tenant("weather")),
    );
    await expect(attempt).rejects.toThrow();
    expect(await rows("SELECT id, name FROM tenant")).toEqual([{ id: "photos", name: "The photos" }]);
  });

  test("refuses to lose a tenant by accident, and then changes nothing else either", async () => {
    await applied(wanted(tenant("photos"), tenant("tickets")));
    const result = await definitionsStore.applyDefinitions(wanted(tenant("photos", { name: "Changed" })));
    expect(result).toMatchObject({ ok: false, refusals: [expect.stringContaining("The tenant tickets")] });
    expect(await rows("SELECT name FROM tenant WHERE id = 'photos'")).toEqual([{ name: "The photos" }]);
  });

  test("ends a tenant removed by name, and keeps its row and its sessions", async () => {
    await applied(wanted(tenant("photos"), tenant("tickets")));
    await client.query(
      "INSERT INTO session (id, issuer, subject, tenant_id, expires_at) VALUES (gen_random_uuid(), 'i', 's', 'tickets', now() + interval '1 h')",
    );
    await applied(wanted(tenant("photos")), { remove: ["tickets"] });
    expect(await states()).toEqual({ photos: "live", tickets: "ended" });
    expect(await rows("SELECT tenant_id FROM session")).toEqual([{ tenant_id: "tickets" }]);
    await applied(wanted(tenant("photos")));
    expect(await states()).toEqual({ photos: "live", tickets: "ended" });
  });

  test("changes nothing in a dry run, and plans the same", async () => {
    const planned = await applied(wanted(tenant("photos")), { dryRun: true });
    expect(await states()).toEqual({});
    expect(await applied(wanted(tenant("photos")))).toEqual(planned);
  });

  test("goes one after the other when several apply at once: one creates, the others find it done", async () => {
    const tenants = Array.from({ length: 50 }, (_, index) => tenant(`t${index}`));
    const plans = await Promise.all([1, 2, 3, 4].map(() => applied(wanted(...tenants))));
    expect(plans.map(({ created }) => created.length).sort()).toEqual([0, 0, 0, 50]);
    expect(plans.map(({ documents }) => documents.length).sort()).toEqual([0, 0, 0, 3]);
  });
});

describe("many tenants", () => {
  /** The store, and how many statements it ran. */
  function countingStore() {
    const counted = { statements: 0 };
    const counting = (tx: Connection): Connection => ({
      rows: (...given) => {
        counted.statements += 1;
        return tx.rows(...given);
      },
      run: (...given) => {
        counted.statements += 1;
        return tx.run(...given);
      },
      transaction: (work, ending) => tx.transaction((inner) => work(counting(inner)), ending),
    });
    const store = createDefinitionsStore({ ...processDatabase, ...counting(processDatabase) });
    return { ...store, counted };
  }
  const fleet = (many: number, changed: Partial<TenantDefinition> = {}) =>
    Array.from({ length: many }, (_, index) => tenant(`t${index}`, changed));

  test("take as many statements as few, to create them and to change them", async () => {
    const statementsFor = async (tenants: TenantDefinition[]) => {
      const { applyDefinitions, counted } = countingStore();
      expect((await applyDefinitions(wanted(...tenants))).ok).toBe(true);
      return counted.statements;
    };
    const few = await statementsFor(fleet(2));
    await client.query("DELETE FROM tenant");
    await client.query("DELETE FROM definition");
    expect(await statementsFor(fleet(700))).toBe(few);
    const fewChanged = await statementsFor([...fleet(2, { name: "Other" }), ...fleet(700).slice(2)]);
    expect(await statementsFor(fleet(700, { name: "New", without: ["saturation/storage"] }))).toBe(
      fewChanged,
    );
    expect(await rows("SELECT DISTINCT name, without FROM tenant")).toEqual([
      { name: "New", without: ["saturation/storage"] },
    ]);
  });

  test("are reported as they are written, a few thousand at a time", async () => {
    const lines: string[] = [];
    await applied(wanted(...fleet(5_001)), { report: (line: string) => lines.push(line) });
    expect(lines).toEqual([
      "Read: 5001 tenants. They are compared with the database now.",
      "Written: 5000 of 5001 tenants.",
      "Written: 5001 of 5001 tenants.",
    ]);
    expect(await rows("SELECT count(*)::int AS many FROM tenant WHERE live_since IS NOT NULL")).toEqual([
      { many: 5_001 },
    ]);
  });

  test("keep every field as it was given, absent ones and lists included", async () => {
    const full = tenant("full", {
      onboardingIssueUrl: "https://git.example/1",
      without: ["saturation/storage", "saturation/cpu"],
      links: {},
    });
    await applied(wanted(full, tenant("plain"), tenant("one", { without: ["saturation/cpu"] })));
    expect(
      changesNothing(
        await applied(wanted(full, tenant("plain"), tenant("one", { without: ["saturation/cpu"] }))),
      ),
    ).toBe(true);
    expect(await rows("SELECT id, without, onboarding_issue_url AS issue FROM tenant ORDER BY id")).toEqual([
      { id: "full", without: ["saturation/storage", "saturation/cpu"], issue: "https://git.example/1" },
      { id: "one", without: ["saturation/cpu"], issue: null },
      { id: "plain", without: [], issue: null },
    ]);
  });
});

test("an apply that waited for another one in vain is refused with a sentence, and has said that it waits", async () => {
  await client.query("BEGIN");
  await client.query(`SELECT pg_advisory_xact_lock(${APPLY_LOCK})`);
  const lines: string[] = [];
  const store = createDefinitionsStore(processDatabase, { waitSeconds: 1 });
  const result = await store.applyDefinitions(wanted(tenant("photos")), {
    report: (line) => lines.push(line),
  });
  expect(lines.join()).toContain("Another apply is running on this database.");
  expect(result).toEqual({
    ok: false,
    refusals: [expect.stringMatching(/didn't end within 1 s\. Nothing was changed/)],
  });
  await client.query("COMMIT");
  expect((await store.applyDefinitions(wanted(tenant("photos")))).ok).toBe(true);
});

test("a tenant that was deleted at the end of its 30 days isn't created again, and comes back as new without its eviction", async () => {
  const from = new Date(Date.now() - 31 * 86_400_000).toISOString().slice(0, 10);
  const eviction = { from, issueUrl: "https://git.example/7", pauses: [] };
  const leaving = { leaving: { eviction } };
  await applied(wanted(tenant("photos"), tenant("tickets")));
  const over = await applied(wanted(tenant("photos"), tenant("tickets", leaving)), { delete: ["tickets"] });
  expect(over.over.map(({ id }) => id)).toEqual(["tickets"]);
  expect(await evictionStore.deleteOver("tickets")).toBe(true);
  expect(await states()).toEqual({ photos: "live" });

  const again = await applied(wanted(tenant("photos"), tenant("tickets", leaving)));
  expect(again).toMatchObject({
    created: [],
    departed: [{ id: "tickets", deletedAtMs: expect.any(Number) }],
  });
  expect(changesNothing(await applied(wanted(tenant("photos"))))).toBe(true);
  expect(await states()).toEqual({ photos: "live" });

  expect((await applied(wanted(tenant("photos"), tenant("tickets")))).returned).toEqual(["tickets"]);
  expect(await states()).toEqual({ photos: "live", tickets: "live" });
  expect(await rows("SELECT * FROM departure")).toEqual([]);
});

describe("beside a build that doesn't know the parts of a line", () => {
  const stored = async () =>
    (await rows("SELECT document FROM definition WHERE kind = 'bundle'"))[0].document as object;

  test("the stored bundle has nothing that such a build would refuse, and today's reads it whole", async () => {
    expect(JSON.stringify(bundle)).toContain('"parts"');
    await applied(wanted(tenant("photos")));
    expect(JSON.stringify(await stored())).not.toContain('"parts"');
    expect(await catalogueStore.readBundle()).toEqual(bundle);
    expect((await applied(wanted(tenant("photos")))).documents).toEqual([]);
  });

  test("a bundle that such a build applies is taken as it is, until today's applies its own again", async () => {
    await applied(wanted(tenant("photos")));
    const older = { ...(await stored()), scrapeIntervalSeconds: 7 };
    await client.query("UPDATE definition SET document = $1, applied_at = now() WHERE kind = 'bundle'", [
      older,
    ]);
    catalogueStore.clearAppliedCache();
    expect(await catalogueStore.readBundle()).toEqual(older);
    const plan = await applied(wanted(tenant("photos")));
    expect(plan.documents.map(({ kind }) => kind)).toEqual(["bundle"]);
    expect(await catalogueStore.readBundle()).toEqual(bundle);
  });
});

describe("reading what was applied", () => {
  test("gives no bundle and the platform's defaults before the first apply", async () => {
    await applied(wanted(tenant("photos")), { dryRun: true }); // also forgets what another test read
    expect(await catalogueStore.readBundle()).toBeNull();
    expect(await catalogueStore.readPlatform()).toEqual({ name: "the platform", infraRepositoryUrl: null });
  });

  test("asks the database once for many readers, and again after an apply", async () => {
    await applied(wanted(tenant("photos")));
    const [first, second] = await Promise.all([catalogueStore.readBundle(), catalogueStore.readBundle()]);
    expect(second).toBe(first);
    await applied({ ...wanted(tenant("photos")), bundle: { ...bundle, scrapeIntervalSeconds: 10 } });
    expect((await catalogueStore.readBundle())?.scrapeIntervalSeconds).toBe(10);
  });

  test("says what to do when the bundle was applied by another version, and doesn't remember the failure", async () => {
    await applied(wanted(tenant("photos")));
    await client.query("UPDATE definition SET document = '{}' WHERE kind = 'bundle'");
    await expect(catalogueStore.readBundle()).rejects.toThrow(AppliedDefinitionError);
    await applied(wanted(tenant("photos")));
    expect(await catalogueStore.readBundle()).toEqual(bundle);
  });
});
