import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { getJson, PollError } from "./get-json";
import { postJson } from "./post-json";
import { putJson } from "./put-json";

type Answer = { status?: number; body?: unknown; text?: string; headers?: Record<string, string> };

/** What the portal answers next, or what goes wrong on the way. */
let answer: Answer | Error;
const asked = vi.fn();
beforeEach(() => {
  asked.mockReset();
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    asked(path, options);
    if (answer instanceof Error) throw answer;
    const { status = 200, body, text = JSON.stringify(body), headers } = answer;
    return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
  });
});
afterEach(() => vi.useRealTimers());

const error = (message: string, code = "x", more: object = {}) => ({ error: { code, message, ...more } });
const MAILS = { wanted: true, address: "owner@photos.example" };
const TIMEOUT = new DOMException("signal timed out", "TimeoutError");

async function failure(work: Promise<unknown>): Promise<[code: string, message: string, ended: boolean]> {
  const thrown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof PollError)) throw new Error(`No PollError: ${thrown}`);
  return [thrown.code, thrown.message, thrown.ended];
}
const get = (signal = new AbortController().signal) =>
  getJson("/api/migration/mails", signal, "migrationMails");

describe("a question to the portal", () => {
  test("brings its answer with the server's clock, and is never taken from a cache", async () => {
    answer = { body: MAILS, headers: { date: "Sat, 21 Nov 2026 13:02:15 GMT" } };
    expect(await get()).toEqual({ body: MAILS, serverNowMs: Date.UTC(2026, 10, 21, 13, 2, 15) });
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ cache: "no-store" });
  });

  test("goes by this machine's clock where the answer has none", async () => {
    vi.useFakeTimers({ now: 5_000, toFake: ["Date"] });
    answer = { body: MAILS };
    expect((await get()).serverNowMs).toBe(5_000);
  });

  test.each<[string, Answer | Error, [string, string, boolean]]>([
    [
      "nothing answers",
      new TypeError("fetch failed"),
      ["failed", "Watchpost can't be reached from here.", false],
    ],
    ["the answer takes too long", TIMEOUT, ["failed", "Watchpost did not answer in time.", false]],
    ["the session has ended", { status: 401, body: {} }, ["signed-out", "You are signed out.", true]],
    ["access was taken back", { status: 403, body: error("Not yours.") }, ["refused", "Not yours.", true]],
    [
      "access was taken back without a word",
      { status: 403, text: "" },
      ["refused", "This account no longer sees this capability.", true],
    ],
    [
      "the portal says why not",
      { status: 503, body: error("The metrics store is away.") },
      ["failed", "The metrics store is away.", false],
    ],
    [
      "a proxy answers in its stead",
      { status: 502, text: "<h1>Bad gateway</h1>", headers: { "content-type": "text/html" } },
      ["failed", "Watchpost answered with an error (502).", false],
    ],
    [
      "the answer is no JSON",
      { text: "<html>", headers: { "content-type": "text/html" } },
      ["failed", "Watchpost's answer could not be read. Load the page again.", false],
    ],
    [
      "the answer is another one than agreed",
      { body: { wanted: "yes" } },
      ["failed", "Watchpost's answer could not be read. Load the page again.", false],
    ],
  ])("says in a sentence that %s, and whether asking again can help", async (_, given, expected) => {
    answer = given;
    expect(await failure(get())).toEqual(expected);
  });

  test("passes on what the server last knew beside its reason", async () => {
    answer = { status: 503, body: { ...error("The metrics store is away."), last: { share: 1 } } };
    await expect(get()).rejects.toMatchObject({ body: { last: { share: 1 } } });
  });

  test("that is called off is no failure of the portal's", async () => {
    const control = new AbortController();
    control.abort();
    answer = new DOMException("aborted", "AbortError");
    await expect(get(control.signal)).rejects.toBe(answer);
  });
});

describe("a change", () => {
  const put = () =>
    putJson<"migrationMails", { theirs: number }>("/api/migration/mails", "migrationMails", MAILS);

  test("is sent as JSON, and brings its answer", async () => {
    answer = { body: MAILS };
    expect(await put()).toEqual({ ok: true, body: MAILS });
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ method: "PUT", body: JSON.stringify(MAILS) });
  });

  test("that is refused brings the reason with what stands beside it", async () => {
    answer = { status: 409, body: error("Somebody was faster.", "conflict", { theirs: 3 }) };
    expect(await put()).toEqual({
      ok: false,
      refused: { code: "conflict", message: "Somebody was faster.", theirs: 3 },
    });
  });

  test.each<[string, Answer | Error, string, string]>([
    ["was never answered", new TypeError("fetch failed"), "failed", "it is not known whether this was done"],
    ["had no answer in time", TIMEOUT, "failed", "it is not known whether this was done"],
    ["comes from an ended session", { status: 401, body: {} }, "signed-out", "You are signed out."],
    [
      "comes from a page of another capability",
      { status: 409, body: error("Another one.", "other_session") },
      "other-session",
      "Another one.",
    ],
    ["is no longer allowed", { status: 403, body: error("Not yours.") }, "refused", "Not yours."],
    ["is answered by a proxy", { status: 502, text: "<h1>" }, "failed", "could not be read"],
  ])("that %s is never called done", async (_, given, code, words) => {
    answer = given;
    const [found, message] = await failure(put());
    expect([found, message]).toEqual([code, expect.stringContaining(words)]);
  });
});

describe("something to be done", () => {
  test("is posted, with an empty body where there is nothing to say", async () => {
    answer = { body: MAILS };
    expect(await postJson("/api/x", "migrationMails")).toEqual(MAILS);
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ method: "POST", body: "{}" });
  });

  test.each<[Answer, string]>([
    [{ status: 429, body: error("Three an hour at most.") }, "Three an hour at most."],
    [{ status: 500, text: "" }, "Watchpost answered with an error (500)."],
  ])("that isn't done says why: %j", async (given, message) => {
    answer = given;
    expect(await failure(postJson("/api/x", "done"))).toEqual(["failed", message, false]);
  });
});
