import { expect, test } from "vitest";
import { platformQuery } from "@/lib/promql/platform-query";
import { onlyNamed } from "./only-theirs";

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
