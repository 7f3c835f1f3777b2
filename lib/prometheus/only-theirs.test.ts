import { describe, expect, test } from "vitest";
import { platformQuery } from "@/lib/promql/platform-query";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { onlyNamed, onlyTheirs } from "./only-theirs";

const query = platformQuery("min by (node) (up)", {
  label: "tenant",
  windowSeconds: 60,
  only: ["node"],
  canary: null,
});
const answer = (...labels: Record<string, string>[]) =>
  onlyNamed(query, { ok: true, data: labels.map((each) => ({ labels: each, value: 1 })) });

test("an answer about the platform is used while it has the labels that were proven for it, or fewer", () => {
  expect(answer({}, { node: "node-a" })).toMatchObject({ ok: true });
});

test("one label more in one series, and none of the answer is used", () => {
  expect(answer({ node: "node-a" }, { node: "node-b", tenant: "photos" })).toMatchObject({
    ok: false,
    code: "foreign",
  });
});

describe("a tenant's answer", () => {
  const scoped = scopeQuery(mintTenantScope("photos"), "up", { label: "tenant", windowSeconds: 60 });
  const theirs = (...labels: Record<string, string>[]) =>
    onlyTheirs(scoped, { ok: true, data: labels.map((each) => ({ labels: each, value: 1 })) });

  test("leaves out what has no tenant: it is nobody's", () => {
    expect(theirs({ tenant: "photos" }, {}, { tenant: "" }, { other: "photos" })).toMatchObject({
      ok: true,
      data: [{ labels: { tenant: "photos" } }],
    });
  });

  test("isn't used at all with one series of somebody else's", () => {
    expect(theirs({ tenant: "photos" }, { tenant: "tickets" })).toMatchObject({ ok: false, code: "foreign" });
  });
});
