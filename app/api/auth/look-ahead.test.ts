import { expect, test } from "vitest";
import { HEAD as ofCallback } from "./callback/oidc/route";
import { HEAD as ofLogout } from "./frontchannel-logout/route";

test.each([
  ["uses up no code", ofCallback],
  ["ends no session", ofLogout],
])("a look ahead (HEAD) %s", (_what, head) => {
  const answer = head();
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
});
