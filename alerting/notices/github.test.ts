import { describe, expect, test } from "vitest";
import { repositoryOf } from "./github";
import { githubFailureOf, RepositoryAnswerError } from "./github-failure";

describe("a repository's API", () => {
  test.each([
    ["https://github.com/acme/infra", undefined, "https://api.github.com"],
    ["https://www.github.com/acme/infra", undefined, "https://api.github.com"],
    ["https://github.acme.example/acme/infra", undefined, "https://github.acme.example/api/v3"],
    ["http://127.0.0.1:3000/acme/infra/", undefined, "http://127.0.0.1:3000/api/v3"],
    ["https://github.com/acme/infra", "https://proxy.example/github/", "https://proxy.example/github"],
  ])("of %s with GITHUB_API_URL %s is at %s", (url, apiUrl, expected) => {
    expect(repositoryOf(url, { apiUrl, token: "t" })).toEqual({
      apiUrl: expected,
      owner: "acme",
      name: "infra",
      token: "t",
    });
  });

  test.each(["https://github.com/acme", "https://github.com/", "https://gitlab.example/a/b/c"])(
    "can't be distinguished from %s",
    (url) => {
      expect(repositoryOf(url, {})).toBeNull();
    },
  );
});

describe("a limit", () => {
  const DATE = "Sat, 21 Nov 2026 12:00:00 GMT";
  const reset = (seconds: number) => String(Date.parse(DATE) / 1000 + seconds);
  const refusal = (status: number, headers: Record<string, string>, message = "no") =>
    githubFailureOf(
      Object.assign(new Error(message), { status, response: { headers } }),
      new AbortController().signal,
    );
  test.each([
    ["seconds", 429, { "retry-after": "90" }, 90],
    [
      "a date, by GitHub's own clock",
      403,
      { date: DATE, "retry-after": "Sat, 21 Nov 2026 12:05:00 GMT" },
      300,
    ],
    ["a reset", 403, { date: DATE, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(600) }, 600],
    [
      "a reset that has passed",
      403,
      { date: DATE, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(-5) },
      1,
    ],
    ["a time that can't be meant", 429, { "retry-after": "999999999" }, 7_200],
    ["no time", 429, {}, 60],
    ["a time that is none", 429, { "retry-after": "soon" }, 60],
  ])("that names %s is waited out", (_what, status, headers, seconds) => {
    expect(refusal(status, headers)).toMatchObject({ code: "rate-limited", waitSeconds: seconds });
  });

  test("is distinguished from a permission that is missing, though both are 403", () => {
    expect(refusal(403, { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": reset(1) }).code).toBe(
      "forbidden",
    );
    expect(refusal(403, {}, "You have exceeded a secondary rate limit").code).toBe("rate-limited");
  });
});

test("a fault says nothing to owners of what GitHub said, which may name anything", () => {
  const secret = Object.assign(new Error("Bad credentials for ghp_secret at acme/infra"), {
    status: 401,
    response: { headers: {} },
  });
  const { message } = githubFailureOf(secret, new AbortController().signal);
  expect(message).not.toMatch(/ghp_|acme/);
});

test("a question that was ended is reported as one that took too long", () => {
  const controller = new AbortController();
  controller.abort();
  expect(githubFailureOf(new Error("aborted"), controller.signal)).toMatchObject({ code: "timeout" });
  const known = new RepositoryAnswerError("too-large");
  expect(githubFailureOf(known, controller.signal)).toBe(known);
});
