import { spawn } from "node:child_process";
import { once } from "node:events";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { chooseTenant } from "@/lib/tenancy/session";
import { SignInBrowser, worldOfFile } from "@/testing/sign-in-world";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
let browser: SignInBrowser;
beforeEach(async () => {
  browser = new SignInBrowser(world);
  await world.sql.query("TRUNCATE sign_in");
});

const logged = async () =>
  (
    await world.sql.query(
      "SELECT result, tenant_id, subject IS NOT NULL AS named FROM sign_in ORDER BY at, id",
    )
  ).rows;

const command = (...args: string[]) => run(process.env, ["bin/sign-ins.ts", ...args]);

async function run(env: NodeJS.ProcessEnv, words: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", ...words], { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      text += chunk;
    });
  const [code] = await once(child, "close");
  return { code, text };
}

describe("the access log", () => {
  test.each([
    ["owner@photos.example", { result: "signed-in", tenant_id: "photos", named: true }],
    ["half@example.org", { result: "signed-in", tenant_id: "photos", named: true }],
    ["both@example.org", { result: "to-choose", tenant_id: null, named: true }],
    ["nobody@example.org", { result: "no-tenant", tenant_id: null, named: true }],
    ["stranger@example.org", { result: "unknown-tenant", tenant_id: null, named: true }],
    ["early@example.org", { result: "not-yet-live", tenant_id: "library", named: true }],
    ["gone@example.org", { result: "ended", tenant_id: "archive", named: true }],
  ])("has one line of a sign-in of %s", async (email, line) => {
    await browser.signInAs(email);
    expect(await logged()).toEqual([line]);
  });

  test("learns which of several tenants was chosen", async () => {
    await browser.signInAs("both@example.org");
    expect(await chooseTenant(browser.jar.sent, "tickets", world.settings)).toBe("bound");
    expect(await logged()).toEqual([{ result: "signed-in", tenant_id: "tickets", named: true }]);
  });

  test("has a line of a sign-in that failed, and names nobody in it", async () => {
    await browser.signInAs("owner@photos.example", { ...world.settings, clientSecret: "wrong" });
    expect(await logged()).toEqual([{ result: "client-refused", tenant_id: null, named: false }]);
  });

  test("holds when it was, at which provider, who, where it led and what came of it, and nothing else", async () => {
    await browser.signInAs("owner@photos.example");
    const { rows } = await world.sql.query("SELECT * FROM sign_in");
    expect(rows).toEqual([
      {
        id: expect.any(String),
        at: expect.any(Date),
        issuer: world.identity.issuer,
        subject: "owner@photos.example", // what this provider calls its people
        tenant_id: "photos",
        result: "signed-in",
      },
    ]);
  });

  test("can't be filled by whoever makes sign-ins fail: in a minute so many lines, and no more", async () => {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        new SignInBrowser(world).finish("http://127.0.0.1:3999/api/auth/callback/oidc?code=x&state=y"),
      ),
    );
    const lines = await logged();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(60);
  });

  test("has a command beside it that ends the sessions of a person or of a tenant at once", async () => {
    const [pia, other] = [new SignInBrowser(world), new SignInBrowser(world)];
    await pia.signInAs("owner@photos.example");
    await other.signInAs("half@example.org");
    expect(await command("end", "owner@photos.example")).toMatchObject({
      code: 0,
      text: expect.stringMatching(
        /^Ended \d+ open sessions? of the person owner@photos.example( \(\d+ without a capability\))?, and 0 open/,
      ),
    });
    expect(await pia.see()).toEqual({ kind: "signed-out" });
    expect(await other.see()).toMatchObject({ kind: "granted" });
    expect(await command("end", "photos")).toMatchObject({ code: 0 });
    expect(await other.see()).toEqual({ kind: "signed-out" });
    expect(await command("end")).toMatchObject({ code: 2 });
    expect(await command("end", "a", "b")).toMatchObject({ code: 2 });
  });

  test("goes with its tenant", async () => {
    await browser.signInAs("gone@example.org");
    await world.sql.query("DELETE FROM tenant WHERE id = 'archive'");
    expect(await logged()).toEqual([]);
    await world.sql.query(
      "INSERT INTO tenant (id, name, contact_address, time_zone, state, links) VALUES ('archive', 'a', 'a@a.example', 'UTC', 'ended', '{}')",
    );
  });
});

describe("npm run sign-ins", () => {
  test("prints the lines of the time asked for, oldest first, of one tenant or of all, as a table or as CSV", async () => {
    await world.sql.query(
      `INSERT INTO sign_in (id, at, issuer, subject, tenant_id, result)
       SELECT gen_random_uuid(), now() - n * interval '1 minute', 'https://id.example', 'ann' || n, 'photos', 'signed-in'
       FROM generate_series(1, 2500) AS n`,
    );
    await world.sql.query(
      `INSERT INTO sign_in (id, at, issuer, subject, tenant_id, result)
       VALUES (gen_random_uuid(), now() - interval '3 days', 'https://id.example', 'bob', 'tickets', 'signed-in')`,
    );
    const all = await command("--since", "7d");
    expect(all.code).toBe(0);
    const lines = all.text.trimEnd().split("\n");
    expect(lines).toHaveLength(2501);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}signed-in +tickets +bob$/);
    expect(lines.at(-1)).toMatch(/ann1$/);

    const csv = await command("--since", "10m", "--tenant", "photos", "--csv");
    expect(csv.text).toMatch(
      /^at,result,tenant,subject,issuer\r\n(\S+Z,signed-in,photos,ann\d,https:\/\/id\.example\r\n){9}$/,
    );
  });

  test("doesn't take a mistake in the code for the database: its stack comes out", async () => {
    const nowhere = { ...process.env, DATABASE_URL: "postgresql://w:hunter2@127.0.0.1:1/gone" };
    expect(await run(nowhere, ["bin/sign-ins.ts"])).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^The database gone on 127\.0\.0\.1:1 could not be read: /),
    });
    const { code, text } = await run(nowhere, [
      "--import",
      "./testing/mistake-in-connect.mjs",
      "bin/sign-ins.ts",
    ]);
    expect(code).toBe(1);
    expect(text).toMatch(/TypeError: a mistake in our code\n(?: {4}at .+\n)* {4}at .+commands\.ts:/);
    expect(text).not.toContain("could not be read");
  });

  test("refuses what it can't read, and says how it is used", async () => {
    const { code, text } = await command("--since", "soon");
    expect(code).toBe(2);
    expect(text).toMatch(/^--since takes a length such as 7d, 12h or 30m, not soon\.\n/);
  });
});
