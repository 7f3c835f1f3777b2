import { expect, test } from "@playwright/test";
import { type Answer, ask, each, type Headers, isBroken, OWNERS, signedIn } from "./attacker";
import { cookieHeader, type Door, everyDoor, expectNoTrace, routesOfBuild, tracesOf } from "./doors";
import { demo, inDatabase, signIn } from "./harness";
import { startHostileMetrics } from "./hostile-metrics";
import { recordAlert } from "./recorded-alert";
import { startSecondPortal } from "./second-portal";

// What somebody with a script tries on every address of the portal as it is built. Nothing here is random:
// what fails can be repeated.

const PROBE_FREE = (door: Door) => !["/healthz", "/readyz", "/metrics"].includes(door.path);

test("no route of the build is left out", () => {
  expect([...new Set(everyDoor().map(({ route }) => route))].sort()).toEqual(routesOfBuild().sort());
});

/** Headers that a proxy, a framework or a method's override would take at their word. */
const WORDS_OF_OTHERS = (other: string): Headers[] => [
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", forwarded: "host=evil.example" },
  { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "x-forwarded-user": `owner@${other}.example` },
  { "x-original-url": "/metrics", "x-rewrite-url": "/metrics", "x-invoke-path": "/metrics" },
  { "x-middleware-subrequest": Array(5).fill("proxy").join(":"), "x-middleware-prefetch": "1" },
  { "x-middleware-subrequest": Array(5).fill("middleware").join(":"), "x-nextjs-data": "1" },
  { rsc: "1", "next-router-state-tree": "%5B%22%22%2C%7B", "next-url": "/alerts" },
  { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
  { "x-http-method-override": "DELETE", "x-method-override": "PUT" },
  { authorization: `Bearer ${other}`, "x-tenant": other, "x-scope-orgid": other },
  { host: "evil.example" },
  { accept: "text/x-component", "content-type": "text/plain" },
];

test("whoever isn't signed in gets nothing by any header, from any address", async () => {
  const traces = await tracesOf("photos", "tickets");
  const isOpen = ({ status }: Answer) => status === 200;
  // What is open without a sign-in: these pages, and what they are asked with changes nothing about it.
  const open = new Set(["/sign-in", "/signed-out", "/no-access", "/healthz", "/readyz"]);
  const tries = everyDoor().flatMap((door) =>
    WORDS_OF_OTHERS("photos").map((headers) => ({ path: door.path || "/", headers })),
  );
  const opened = new Set<string>();
  await each(tries, async ({ path, headers }) => {
    const answer = await ask(path, "GET", headers);
    const where = `GET ${path} with ${JSON.stringify(headers)}: ${answer.status}`;
    if (isBroken(answer) && path !== "/readyz") return where;
    if (isOpen(answer)) opened.add(path);
    // The router is answered with where to go, in a body of its own.
    if (isOpen(answer) && !open.has(path) && !("rsc" in headers)) return `${where} is open`;
    expectNoTrace(answer.text, [...traces, "evil.example"], where);
    return null;
  });
  // What was asked was there to be asked.
  expect([...opened]).toEqual(expect.arrayContaining(["/sign-in", "/signed-out", "/healthz"]));
});

/** Addresses that answer every owner with 200. */
const OWNERS_ADDRESSES = [
  ...["/", "/alerts", "/notices", "/thresholds", "/timeline", "/signals/latency"],
  ...["/api/health", "/api/alerting", "/api/alerts/episodes.csv", "/api/thresholds", "/api/timeline"],
];

for (const [me, other] of OWNERS) {
  test(`headers, doubled parameters and spellings show the owner of ${me} nothing of ${other}`, async ({
    context,
  }) => {
    const cookie = await signedIn(context, `owner@${me}.example`);
    const traces = await tracesOf(other, me);
    const queries = [
      `tenant=${me}&tenant=${other}`,
      `range=1h&range=7d&range[]=${other}`,
      "range[$ne]=1h&__proto__[tenant]=x&constructor.prototype.tenant=x",
      "range=%00&id=%C3%28&kind=%F0%9F%92%A9",
      `range=${"9".repeat(2_000)}`,
      "range=1h%0d%0aset-cookie:%20a=b",
      `label={tenant%3D"${other}"}&query=up{tenant%3D"${other}"}`,
    ];
    const doors = everyDoor(await recordAlert(other)).filter(PROBE_FREE);
    const asked = doors.flatMap(({ path }) => [
      ...WORDS_OF_OTHERS(other).map((headers) => ({ path: path || "/", headers })),
      ...queries.map((query) => ({ path: `${path || "/"}?${query}`, headers: {} })),
    ]);
    const opened = new Set<string>();
    await each(asked, async ({ path, headers }) => {
      const answer = await ask(path, "GET", { cookie, ...headers });
      if (answer.status === 200) opened.add(path);
      const where = `${me}: GET ${path.slice(0, 120)} with ${JSON.stringify(headers)}: ${answer.status}`;
      if (isBroken(answer)) return where;
      if (/^set-cookie$\na=b/im.test(answer.text)) return `${where} set a cookie`;
      expectNoTrace(answer.text, traces, where);
      return null;
    });
    // The owner saw what is theirs meanwhile: an address that is closed to everybody proves nothing.
    expect([...opened]).toEqual(expect.arrayContaining(OWNERS_ADDRESSES));
  });

  test(`a path that is spelt otherwise is no other door for the owner of ${me}`, async ({ context }) => {
    const cookie = await signedIn(context, `owner@${me}.example`);
    const traces = await tracesOf(other, me);
    const spellings = everyDoor(await recordAlert(other)).flatMap(({ path }) => [
      `/.${path}`,
      `/x/..${path}`,
      `/%2e%2e${path}`,
      `/${path}`,
      `${path}/`,
      `${path}%00`,
      `${path};a=b`,
      `${path}%2f..%2fmetrics`,
      `${path}/..%5c..%5cmetrics`,
      path.toUpperCase() || "/",
      path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`) || "/",
      path.replace(/[a-z]/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`) || "/",
    ]);
    await each([...new Set(spellings)], async (path) => {
      const answer = await ask(path, "GET", { cookie });
      const where = `${me}: GET ${path}: ${answer.status}`;
      if (isBroken(answer) && !/readyz/i.test(path)) return where;
      if (/^watchpost_\w+(\{.*\})? \d/m.test(answer.text)) return `${where} shows the operator's metrics`;
      expectNoTrace(answer.text, traces, where);
      return null;
    });
  });
}

/** Everything that a request could change: the worker writes none of these columns while nothing fails. */
const KEPT = {
  session: "id, issuer, subject, tenant_id, started_at, expires_at, ended_at, provider_sid",
  logout_token: "digest, expires_at",
  threshold_setting: "*",
  threshold_edit: "*",
  test_alert: "id, tenant_id, requested_at, requested_by",
  migration_mail_setting: "*",
  mail: "id, got_it_at, dismissed_at, dismissed_by",
  address_health: "*",
  tenant: "*",
  definition: "*",
  identity_definition: "*",
};
const kept = () =>
  Promise.all(
    Object.entries(KEPT).map(async ([table, columns]) => ({
      table,
      rows: await inDatabase(
        `SELECT to_json(t)::text AS kept FROM (SELECT ${columns} FROM ${table}) t ORDER BY 1`,
      ),
    })),
  );

test("no write is taken from another origin, by another method, or in another form", async ({ context }) => {
  const cookie = await signedIn(context, "owner@photos.example");
  const mine = await recordAlert("photos");
  const before = await kept();
  const { portal } = demo();
  const origins: Headers[] = [
    {},
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: `${portal}.evil.example` },
    { origin: portal.replace("http:", "https:") },
    { origin: `${portal}/` },
    { origin: `${portal}, https://evil.example` },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", referer: `${portal}/thresholds` },
    { host: "evil.example", origin: "http://evil.example" },
  ];
  const doors = everyDoor(mine).filter(PROBE_FREE);
  const forms = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data",
  ];
  const tries = doors.flatMap(({ path }) =>
    ["POST", "PUT", "PATCH", "DELETE"].flatMap((method) =>
      origins.map((headers, at) => ({
        path: path || "/",
        method,
        headers: { ...headers, "content-type": forms[at % forms.length] ?? "" },
      })),
    ),
  );
  await each(tries, async ({ path, method, headers }) => {
    const body = '{"change":"set"}';
    const length = { "content-length": String(body.length) };
    const answer = await ask(path, method, { cookie, ...headers, ...length }, body);
    const refused = answer.status === 403 || answer.status === 400 || answer.status === 404;
    return refused ? null : `${method} ${path} with ${JSON.stringify(headers)}: ${answer.status}`;
  });
  expect(await kept()).toEqual(before);
});

test("a write of the portal's own form, with fields that aren't in it, changes nothing of another's", async ({
  context,
}) => {
  const cookie = await signedIn(context, "owner@photos.example");
  const theirs = await recordAlert("tickets");
  const others = () =>
    Promise.all([
      inDatabase(
        "SELECT * FROM threshold_setting WHERE tenant_id <> 'photos' ORDER BY tenant_id, signal, line",
      ),
      inDatabase("SELECT id, got_it_at FROM mail WHERE tenant_id <> 'photos' ORDER BY id"),
    ]);
  const before = await others();
  const bodies = [
    { tenant: "tickets" },
    { tenantId: "tickets", pageOf: "tickets", change: "reset", range: "24h", expectedVersion: 0 },
    { change: "set", range: "24h", pageOf: "tickets", expectedVersion: 0, to: { enabled: false, value: 1 } },
    { change: "set", to: { value: Number.MAX_SAFE_INTEGER } },
    [],
    null,
    "tickets",
    { change: { $gt: "" } },
    JSON.parse(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`),
    { constructor: { prototype: { tenant: "tickets", pageOf: "tickets" } } },
  ].map((body) => JSON.stringify(body));
  // As text: written as an object, the name would set the prototype here and be sent by nobody.
  bodies.push(
    '{"__proto__":{"tenant":"tickets","pageOf":"tickets"},"change":"reset","expectedVersion":0}',
    '{"change":"set","range":"24h","pageOf":"photos","expectedVersion":0,"to":{"__proto__":{"value":1}}}',
  );
  const writes = everyDoor(theirs).flatMap(({ path, methods }) =>
    methods
      .filter((method) => method !== "GET" && !path.startsWith("/sign-out"))
      .flatMap((method) => [...bodies, "{", ""].map((body) => ({ path, method, body }))),
  );
  await each(writes, async ({ path, method, body }) => {
    const headers = {
      cookie,
      origin: demo().portal,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    };
    const answer = await ask(path, method, headers, body);
    return isBroken(answer) ? `${method} ${path} with ${body.slice(0, 80)}: ${answer.status}` : null;
  });
  expect(await others()).toEqual(before);
});

test("three hundred requests at once are answered or refused, and the next one is answered", async ({
  context,
}) => {
  const cookie = await signedIn(context, "owner@tickets.example");
  const paths = ["/", "/api/health", "/sign-in"] as const;
  const flood = await Promise.all(
    Array.from({ length: 300 }, (_, at) => paths[at % paths.length] ?? "/").map(async (path) => ({
      path,
      answer: await ask(path, "GET", { cookie }),
    })),
  );
  // The page of sign-in redirects a signed-in user. A page that waits too long for the database is
  // Next's 500, with a page of ours; the API says 503.
  const allowed = { "/": [200, 500], "/api/health": [200, 429, 503], "/sign-in": [200, 307, 500] };
  for (const { path, answer } of flood) {
    expect(allowed[path], path).toContain(answer.status);
    expect(answer.text, path).not.toMatch(/at [^ ]+ \(.*:\d+:\d+\)|timeout exceeded/);
  }
  expect((await ask("/api/health", "GET", { cookie })).status).toBe(200);
});

test("labels that are markup, or formulas, stay text on every page, in JSON and in CSV", async ({
  context,
}) => {
  const hostile = await startHostileMetrics(demo().prometheus, "photos");
  await recordAlert("photos", '=HYPERLINK("http://hostile.example")');
  const portal = await startSecondPortal({ PROMETHEUS_URL: hostile.url });
  const page = await context.newPage();
  const said: string[] = [];
  page.on("dialog", (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) elsewhere.push(request.url());
  });
  await signIn(page, "owner@photos.example");
  const pages = everyDoor().filter(
    ({ path, methods }) => !path.startsWith("/api") && methods.includes("GET"),
  );
  for (const { path } of pages.filter(PROBE_FREE)) {
    if (path === "/sign-out" || path.startsWith("/choose/")) continue;
    await page.goto(`${portal.url}${path}`);
    await expect(page.locator("main").first()).toBeVisible();
    expect(await page.locator("[onerror], [onload], img[src*='hostile'], #hostile").count(), path).toBe(0);
  }
  expect(hostile.spoilt()).toBeGreaterThan(10);
  await page.goto(`${portal.url}/timeline`);
  // The version is one of those that would turn what follows it, or end the line.
  await expect(page.getByRole("main")).toContainText(/Deployed gnp\.exe\S? Set-Cookie: a=b 1\.4\.\d/);
  expect({ said, elsewhere }).toEqual({ said: [], elsewhere: [] });

  const cookie = await cookieHeader(context);
  const tables: string[] = [];
  for (const { path } of everyDoor().filter(
    ({ path, methods }) => /^\/api/.test(path) && methods.includes("GET"),
  )) {
    const response = await fetch(`${portal.url}${path}`, { headers: { cookie }, redirect: "manual" });
    const type = response.headers.get("content-type") ?? "";
    const body = await response.text();
    expect(response.headers.get("x-content-type-options"), path).toBe("nosniff");
    if (body.includes("hostile.example"))
      expect(type, path).toMatch(/^(application\/json|text\/csv|text\/yaml|application\/yaml)/);
    if (type.startsWith("text/csv")) {
      expect(body, path).not.toMatch(/(^|,|\n)"?([=+@\t\r]|-(?!\d))/);
      tables.push(body);
    }
  }
  // The alert's line is in it, as text.
  expect(tables.join("\n")).toContain(`"'=HYPERLINK(""http://hostile.example"")"`);
  await portal.stop();
  await hostile.stop();
});
