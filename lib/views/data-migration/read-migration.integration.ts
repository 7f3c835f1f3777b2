import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { DEFAULT_IDENTITY } from "@/lib/catalogue/identity";
import { tenantSchema } from "@/lib/catalogue/tenant";
import { dataMigrationStore } from "@/lib/data-migrations/store";
import { definitionsStore } from "@/lib/definitions/store";
import { closeDatabase } from "@/lib/infra/db";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { setPortalEnvironment } from "@/testing/portal-environment";
import { readHasMigrations } from "./read-has-migrations";
import { readMigration, readMigrationSeries } from "./read-migration";

// Definitions in a real PostgreSQL with two tenants, while no Prometheus can be reached.
setPortalEnvironment();
const bundle = bundleSchema.parse(
  parse(await readFile(new URL("../../definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);
const migration = {
  job: "migrate",
  title: "Photos from the old server",
  source: "photos.old.example",
  issueUrl: "https://github.com/acme/infra/issues/61",
  rerun: "safe-on-existing-data",
  declaredPeak: { cpuCores: 1, memoryBytes: "1Gi", storageBytes: "8Gi" },
  steadyState: { cpuCores: 0.5, memoryBytes: "1Gi", storageBytes: "4Gi" },
};
const tenant = (id: string, migrations: object[]) =>
  tenantSchema.parse({
    id,
    name: id === "photos" ? "Photo Library" : "Ticket Desk",
    contactAddress: "a@b.example",
    timeZone: "Europe/Berlin",
    state: "live",
    migrations,
  });

let db: TestOutbox;
beforeEach(async () => {
  db = await startTestOutbox();
  process.env.DATABASE_URL = db.url;
});
afterEach(async () => {
  await closeDatabase();
  await db.drop();
});

async function apply(...photosMigrations: object[]) {
  const result = await definitionsStore.applyDefinitions({
    tenants: [tenant("photos", photosMigrations), tenant("tickets", [])],
    bundle,
    platform: { name: "Acme", infraRepositoryUrl: "https://github.com/acme/infra" },
    components: { windowSeconds: 120, components: [] },
    identity: DEFAULT_IDENTITY,
  });
  if (!result.ok) throw new Error(result.refusals.join("\n"));
  return result.plan;
}
const read = (id: string, runId: string | null = null) =>
  readMigration(
    db.scope(id),
    { id, name: "Photo Library", contactAddress: `owner@${id}.example` },
    runId,
    Date.now(),
  );

describe("a tenant's migrations", () => {
  test("are applied once, read by their tenant alone, and gone when the definitions no longer name them", async () => {
    await apply(migration);
    expect((await dataMigrationStore.readMigrations(db.scope("photos")))[0]).toMatchObject({
      job: "migrate",
      declaredPeak: { memoryBytes: 2 ** 30 },
      stalledAfterMinutes: 30,
    });
    expect(await dataMigrationStore.readMigrations(db.scope("tickets"))).toEqual([]);
    expect(await readHasMigrations(db.scope("photos"))).toBe(true);
    expect(await readHasMigrations(db.scope("tickets"))).toBe(false);
    expect((await apply(migration)).changed).toEqual([]);
    const [changed] = (await apply({ ...migration, rerun: "destination-must-be-empty" })).changed;
    expect(changed?.fields.map(({ path }) => path)).toEqual(["migrations[0].rerun"]);
    await apply();
    expect(await dataMigrationStore.readMigrations(db.scope("photos"))).toEqual([]);
    expect(await readHasMigrations(db.scope("photos"))).toBe(false);
  });

  test("that can't be asked about are neither none nor waiting, whichever run is asked for", async () => {
    await apply(migration);
    for (const runId of [null, "migrate.1790000000"]) {
      const view = await read("photos", runId);
      expect(view).toMatchObject({ tenant: { id: "photos" }, runs: [], waiting: [], shown: null });
      expect(view?.failed).toMatch(/can't be reached/);
    }
    const series = await readMigrationSeries(db.scope("photos"), "migrate.1790000000", Date.now());
    expect(series).toMatchObject({ ok: false, failure: { code: "unreachable" }, last: null });
  });

  test("that there are none of ask Prometheus nothing, and offer the prefilled issue", async () => {
    await apply(migration);
    const view = await read("tickets");
    expect(view).toMatchObject({ runs: [], waiting: [], shown: null, failed: null });
    const url = new URL(view?.migrateUrl ?? "");
    expect(url.pathname).toBe("/acme/infra/issues/new");
    expect(url.searchParams.get("template")).toBe("migrate-my-data.yml");
    expect(JSON.stringify(view)).not.toContain("old server");
  });

  test("are mailed about unless their own owner switched that off", async () => {
    await apply(migration);
    await dataMigrationStore.saveMailsWanted(db.scope("tickets"), false, "owner");
    expect((await read("photos"))?.mails).toEqual({ wanted: true, address: "owner@photos.example" });
    expect((await read("tickets"))?.mails).toEqual({ wanted: false, address: "owner@tickets.example" });
    await dataMigrationStore.saveMailsWanted(db.scope("tickets"), true, "owner");
    expect((await read("tickets"))?.mails.wanted).toBe(true);
  });

  test("that a newer version wrote are an error, not none", async () => {
    await apply(migration);
    await db.pool.query(
      `UPDATE tenant SET migrations = '[{"job":"migrate","colour":"blue"}]' WHERE id = 'photos'`,
    );
    await expect(dataMigrationStore.readMigrations(db.scope("photos"))).rejects.toThrow(
      /Apply the definitions again/,
    );
  });
});
