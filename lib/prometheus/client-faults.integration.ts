import { afterEach, describe, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { freePort } from "@/server/free-port";
import { createPrometheus } from "./client";
import { queryFailureOf } from "./failure";
import { type Handler, reply, startFaulty, vector } from "./faulty-server.fixture";
import { foreignAnswersTotal, queriesTotal } from "./metrics";
import { FAILURE_MEMORY_MS } from "./remembered";

const NOW_MS = Date.UTC(2026, 0, 1);

const queryOf = (template: string) =>
  scopeQuery(mintTenantScope("photos"), template, { label: "tenant", windowSeconds: 300 });
const UP = queryOf("sum by ($tenant) (up)");

afterEach(() => vi.restoreAllMocks());

async function outcomes(outcome: string): Promise<number> {
  const { values } = await queriesTotal.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

describe("what is sent", () => {
  test("is a form with the confined query, the time in seconds and the credentials", async () => {
    const server = await startFaulty(reply(vector("photos")));
    const url = server.url.replace("http://", "http://portal:pass%20word@");
    await createPrometheus({ url, tenantHeader: "X-Scope-OrgID: platform" }).instant(UP, 1_500);
    await createPrometheus({ url: server.url, bearerToken: "token" }).range(UP, {
      fromMs: 0,
      toMs: 60_000,
      stepSeconds: 15,
    });
    const [instant, range] = server.seen;
    expect(instant?.path).toBe("/api/v1/query");
    expect(instant?.headers).toMatchObject({
      authorization: `Basic ${btoa("portal:pass word")}`,
      "x-scope-orgid": "platform",
    });
    expect(Object.fromEntries(instant?.form ?? [])).toEqual({
      query: 'sum by (tenant) (up{tenant="photos"})',
      time: "1.500",
      timeout: "5000ms",
      nocache: "1",
    });
    expect(range?.path).toBe("/api/v1/query_range");
    expect(range?.headers.authorization).toBe("Bearer token");
    expect(Object.fromEntries(range?.form ?? [])).toMatchObject({
      start: "0.000",
      end: "60.000",
      step: "15",
    });
  });

  test("is nothing at all for a grid that isn't one", () => {
    const client = createPrometheus({ url: "http://127.0.0.1:1" });
    const grids = [
      { fromMs: 1, toMs: 0, stepSeconds: 1 },
      { fromMs: 0, toMs: 1, stepSeconds: 0 },
      { fromMs: 0, toMs: Number.NaN, stepSeconds: 1 },
      { fromMs: 0, toMs: 11_000_000, stepSeconds: 1 },
    ];
    for (const grid of grids) expect(() => client.range(UP, grid)).toThrow(RangeError);
  });
});

describe("a server that", () => {
  const hangs: Handler = () => {};
  const hangsAfterHead: Handler = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"status":');
  };
  const trickles: Handler = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  };
  const breaksOff: Handler = (_, response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"status":"success","data":{');
    setImmediate(() => response.destroy());
  };
  const hangsUp: Handler = (_, response) => void response.destroy();
  test.each([
    ["says nothing", hangs, "timeout"],
    ["hangs after the head", hangsAfterHead, "timeout"],
    ["trickles for ever", trickles, "timeout"],
    ["breaks off in the body", breaksOff, "not-json"],
    ["hangs up", hangsUp, "unreachable"],
    ["is restarting", reply("Service Unavailable", 503), "starting"],
    ["wants other credentials", reply("Unauthorized", 401), "unauthorised"],
    ["forbids it", reply("", 403), "unauthorised"],
    ["fails inside", reply("oops", 500), "status"],
    ["is something else", reply("<!doctype html><p>Welcome"), "not-json"],
    ["speaks other JSON", reply({ hello: "there" }), "malformed"],
    ["refuses the query", reply({ status: "error", errorType: "bad_data", error: "no" }, 400), "query"],
    ["warns", reply({ ...vector("photos"), warnings: ["a store is away"] }), "partial"],
    ["answers in part", reply({ ...vector("photos"), isPartial: true }), "partial"],
  ] as const)("%s gives a failure of its own, in time and without an address", async (_, handler, code) => {
    const server = await startFaulty(handler);
    const before = await outcomes(code);
    // Longer than a test may take where it must not run out.
    const timeoutMs = code === "timeout" ? 400 : 600_000;
    const answer = await createPrometheus({ url: server.url, timeoutMs }).instant(UP, NOW_MS);
    expect(answer).toEqual({ ok: false, failure: queryFailureOf(code), last: null });
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|http/);
    await expect.poll(() => outcomes(code)).toBe(before + 1);
  });

  test("floods is cut off, long before it could fill the memory", async () => {
    let written = 0;
    const server = await startFaulty((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        do written += 1_000_000;
        while (!response.destroyed && response.write(Buffer.alloc(1_000_000, " ")));
      };
      response.on("drain", more);
      more();
    });
    const answer = await createPrometheus({ url: server.url }).instant(UP, NOW_MS);
    expect(answer).toMatchObject({ ok: false, failure: { code: "malformed" } });
    expect(written).toBeLessThan(40_000_000);
  });

  test("redirects is not followed, so the credentials stay", async () => {
    const elsewhere = await startFaulty(reply(vector("photos")));
    const server = await startFaulty((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/api/v1/query` }).end();
    });
    const answer = await createPrometheus({ url: server.url, bearerToken: "token" }).instant(UP, NOW_MS);
    expect(answer).toMatchObject({ ok: false, failure: { code: "status" } });
    expect(elsewhere.seen).toEqual([]);
  });

  test("isn't there, or has no address, is unreachable", async () => {
    for (const url of [`http://127.0.0.1:${await freePort()}`, "http://prometheus.invalid:9090"]) {
      const answer = await createPrometheus({ url }).instant(UP, NOW_MS);
      expect(answer).toMatchObject({ ok: false, failure: { code: "unreachable" } });
    }
  });
});

describe("a series of another tenant", () => {
  test("condemns the whole answer, with an error in the log and a count", async () => {
    const server = await startFaulty(reply(vector("photos", "tickets")));
    const alarm = vi.spyOn(log, "error").mockImplementation(() => {});
    const before = (await foreignAnswersTotal.get()).values[0]?.value ?? 0;
    const answer = await createPrometheus({ url: server.url }).instant(UP, NOW_MS);
    expect(answer).toEqual({ ok: false, failure: queryFailureOf("foreign"), last: null });
    expect(alarm).toHaveBeenCalledOnce();
    expect(alarm.mock.calls[0]?.[0]).toMatchObject({ tenantId: "photos", found: "tickets" });
    expect((await foreignAnswersTotal.get()).values[0]?.value).toBe(before + 1);
  });

  test("is not one that has no tenant label at all", async () => {
    const result = [
      { metric: {}, value: [1, "1"] },
      { metric: { tenant: "" }, value: [1, "2"] },
    ];
    const server = await startFaulty(reply({ status: "success", data: { resultType: "vector", result } }));
    expect(await createPrometheus({ url: server.url }).instant(UP, NOW_MS)).toMatchObject({ ok: true });
  });
});

describe("a server under load", () => {
  test("is never asked more than 16 questions at a time, and answers all", async () => {
    let hold = true;
    const held: (() => void)[] = [];
    const server = await startFaulty((request, response, body) => {
      const answer = () => reply(vector("photos"))(request, response, body);
      if (hold && request.url !== "/another-client") held.push(answer);
      else answer();
    });
    const client = createPrometheus({ url: server.url, timeoutMs: 120_000 });
    const asked = Promise.all(Array.from({ length: 100 }, (_, index) => client.instant(UP, index)));
    await expect.poll(() => held.length).toBeGreaterThanOrEqual(16);
    await fetch(`${server.url}/another-client`, { method: "POST" }); // what was sent before it has arrived by now
    expect(held).toHaveLength(16);
    hold = false;
    for (const answer of held) answer();
    expect((await asked).every(({ ok }) => ok)).toBe(true);
  });

  test("that hangs keeps nobody waiting past the deadline, the last in the queue neither", async () => {
    const server = await startFaulty(() => {});
    const client = createPrometheus({ url: server.url, timeoutMs: 3_000 });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => client.instant(UP, index)));
    expect(answers.every((answer) => !answer.ok && answer.failure.code === "timeout")).toBe(true);
    // Most were given up before their turn came: each waiting for the one before it, all would have been asked.
    expect(server.seen.length).toBeLessThan(50);
  });

  test("that is away is left alone for a moment, and its recovery shows right after", async () => {
    let away = true;
    const server = await startFaulty((request, response, body) => {
      (away ? reply("Service Unavailable", 503) : reply(vector("photos")))(request, response, body);
    });
    let nowMs = NOW_MS;
    const client = createPrometheus({ url: server.url, nowMs: () => nowMs });
    for (let index = 0; index < 50; index += 1) {
      expect(await client.instant(UP, index)).toMatchObject({ ok: false, failure: { code: "starting" } });
    }
    expect(server.seen).toHaveLength(1);
    away = false;
    nowMs += FAILURE_MEMORY_MS;
    expect(await client.instant(UP, 0)).toMatchObject({ ok: true });
  });

  test("that fails one question still answers the others", async () => {
    const server = await startFaulty((request, response, body) => {
      const bad = new URLSearchParams(body).get("query")?.includes("bad");
      (bad ? reply({ status: "error", errorType: "execution" }, 422) : reply(vector("photos")))(
        request,
        response,
        body,
      );
    });
    const client = createPrometheus({ url: server.url });
    expect(await client.instant(queryOf("bad"), NOW_MS)).toMatchObject({ ok: false });
    expect(await client.instant(UP, NOW_MS)).toMatchObject({ ok: true });
  });
});

describe("a kept connection", () => {
  /** Closes each connection in place of its second answer, as a server does whose patience ended just then. */
  const closingAtSecond = () => {
    const answeredOn = new WeakSet<object>();
    return startFaulty((request, response, body) => {
      if (answeredOn.has(request.socket)) request.socket.destroy();
      else {
        answeredOn.add(request.socket);
        reply(vector("photos"))(request, response, body);
      }
    });
  };

  test("that the server has just closed costs nobody an answer: the question is put again", async () => {
    const { url, seen } = await closingAtSecond();
    const client = createPrometheus({ url });
    expect(await client.instant(UP, NOW_MS)).toMatchObject({ ok: true });
    expect(await client.instant(UP, NOW_MS + 15_000)).toMatchObject({ ok: true });
    expect(seen).toHaveLength(3);
  });

  test("that is new and closes is a failure, and isn't asked twice", async () => {
    const { url, seen } = await startFaulty((request) => request.socket.destroy());
    const answer = await createPrometheus({ url }).instant(UP, NOW_MS);
    expect(answer).toMatchObject({ ok: false, failure: { code: "unreachable" } });
    expect(seen).toHaveLength(1);
  });
});
