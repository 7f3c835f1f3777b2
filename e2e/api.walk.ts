import { expect, type Page, test } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { RANGE_IDS } from "@/lib/evaluation/ranges";
import { contracts } from "@/lib/views/api/contracts";
import { OPERATIONS } from "@/lib/views/api/operations";
import { healthViewSchema } from "@/lib/views/health/view";
import { seriesViewSchema } from "@/lib/views/series/view";
import { demo, signIn } from "./harness";

const seriesOf = (signal: string, range: string) => `/api/signals/${signal}/series?range=${range}`;

/** Asks as this page's browser does, cookies included. */
async function ask(page: Page, path: string, options: Parameters<Page["request"]["fetch"]>[1] = {}) {
  const response = await page.request.fetch(`${demo().portal}${path}`, { maxRedirects: 0, ...options });
  const text = await response.text();
  return { status: response.status(), headers: response.headers(), text, json: () => JSON.parse(text) };
}

async function expectRefusal(page: Page, path: string, status: number, code: string) {
  const answer = await ask(page, path);
  expect(answer.status, path).toBe(status);
  expect(answer.json(), path).toEqual({ error: { code, message: expect.any(String) } });
  expect(answer.headers["cache-control"], path).toContain("no-store");
}

test("whoever isn't signed in gets no data from any address of the API", async ({ page }) => {
  await expectRefusal(page, "/api/health", 401, "signed_out");
  await expectRefusal(page, seriesOf("latency", "1h"), 401, "signed_out");
  await expectRefusal(page, "/api/alerts/episodes.csv", 401, "signed_out");
  await expectRefusal(page, "/api/tenants/photos", 404, "not_found");
});

test("an owner keeps their own alerts as a CSV file that has their tenant's id and nobody else's alerts", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  const file = await ask(page, "/api/alerts/episodes.csv");
  expect(file.status).toBe(200);
  expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
  expect(file.headers["cache-control"]).toContain("no-store");
  expect(file.headers["content-disposition"]).toMatch(
    /^attachment; filename="watchpost-photos-alerts-\d{4}-\d\d-\d\d\.csv"$/,
  );
  expect(file.text).toMatch(/^episode_id,signal,line,/);
  expect(file.text).not.toMatch(/tickets|weather/);
  await expectRefusal(page, "/api/alerts/episodes.csv?tenant=tickets", 400, "unknown_parameter");
});

test("every address without parameters answers by its contract, and names no field that the contract doesn't", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  for (const { path, method, answer, parameters = [] } of OPERATIONS) {
    if (method !== "get" || typeof answer !== "string" || parameters.some(({ required }) => required))
      continue;
    const { status, json } = await ask(page, path);
    expect(status, path).toBe(200);
    // What a contract doesn't name it drops, so that the browser would never see it.
    expect(contracts[answer].parse(json()), path).toEqual(json());
  }
});

test("an owner gets the health and the series of their own tenant, in the published shape, and nobody else's", async ({
  page,
}) => {
  await signIn(page, "owner@photos.example");
  const health = await ask(page, "/api/health");
  expect(health.status).toBe(200);
  expect(health.headers["cache-control"]).toContain("no-store");
  const view = healthViewSchema.parse(health.json());
  expect(view.tenant).toEqual({ id: "photos", name: "Photo Library" });
  expect(view.signals.map(({ id }) => id)).toEqual([...SIGNAL_IDS]);
  for (const { status } of view.signals.flatMap(({ lines }) => lines)) expect(status).not.toBe("unknown");

  // One after the other: together they are more than a busy machine answers in time.
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  for (const range of RANGE_IDS)
    for (const signal of SIGNAL_IDS) answers.push(await ask(page, seriesOf(signal, range)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const series = seriesViewSchema.parse(answer.json());
    expect(series.failed).toEqual([]);
    expect(series.lines.some(({ points }) => points.some(([, value]) => value !== null))).toBe(true);
  }
  for (const { text } of [health, ...answers]) expect(text).not.toMatch(/tickets|weather|ticket desk/i);
});

test("what can't be asked is refused with what can, and no parameter names a tenant", async ({ page }) => {
  await signIn(page, "owner@tickets.example");
  await expectRefusal(page, seriesOf("uptime", "1h"), 400, "unknown_signal");
  await expectRefusal(page, seriesOf("latency", "2h"), 400, "unknown_range");
  await expectRefusal(page, "/api/signals/latency/series", 400, "unknown_range");
  await expectRefusal(page, `${seriesOf("latency", "1h")}&tenant=photos`, 400, "unknown_parameter");
  await expectRefusal(page, "/api/health?tenant=photos", 400, "unknown_parameter");
  await expectRefusal(page, "/api/signals/latency", 404, "not_found");
  const { text } = await ask(page, seriesOf("latency", "2h"));
  for (const range of RANGE_IDS) expect(text).toContain(range);
  const write = await ask(page, "/api/health", { method: "POST", headers: { Origin: demo().portal } });
  expect(write.status).toBe(405);
});

test("an account without a capability, and one that has not chosen, get no data", async ({
  page,
  browser,
}) => {
  await signIn(page, "nobody@example.org");
  await expectRefusal(page, "/api/health", 403, "no_tenant");
  const other = await browser.newPage();
  await signIn(other, "both@example.org");
  await expectRefusal(other, "/api/health", 403, "choose_capability");
  await other.close();
});

test("the process reports that it is alive and ready, and its metrics to the holder of the token alone", async ({
  page,
}) => {
  expect(await ask(page, "/healthz")).toMatchObject({ status: 200, text: "ok\n" });
  await expect
    .poll(async () => (await ask(page, "/readyz")).json())
    .toEqual({ ready: true, missing: [], degraded: [] });
  await expectRefusal(page, "/metrics", 401, "token_needed");
  const wrong = await ask(page, "/metrics", { headers: { Authorization: "Bearer not-the-token" } });
  expect(wrong.status).toBe(401);
  await signIn(page, "owner@weather.example");
  expect((await ask(page, "/api/health")).status).toBe(200);
  const right = await ask(page, "/metrics", {
    headers: { Authorization: `Bearer ${demo().metricsToken}` },
  });
  expect(right.status).toBe(200);
  expect(right.text).toContain('watchpost_http_request_duration_seconds_count{route="/api/health"');
  expect(right.text).toMatch(/watchpost_prometheus_queries_total\{outcome="ok"\} [1-9]/);
  expect(right.text).toMatch(/watchpost_readings_total\{signal="availability",status="ok"\} [1-9]/);
  expect(right.text).toMatch(/watchpost_build_info\{version="[^"]+",node="[^"]+",process="web"\} 1/);
  expect(right.text).not.toMatch(/tenant=|photos|tickets|weather/);
});
