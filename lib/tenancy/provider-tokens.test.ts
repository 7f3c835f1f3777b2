import { expect, test } from "vitest";
import { openTokens, sealTokens } from "./provider-tokens";

const SECRET = "a secret of this test that is long enough";
const TOKENS = { refreshToken: "refresh-me" };

test("tokens come back for the session that they were sealed for, with the same secret, and are not to be read", async () => {
  const sealed = (await sealTokens(TOKENS, "session-1", SECRET)) ?? "";
  expect(sealed).not.toContain("refresh-me");
  expect(Buffer.from(sealed, "base64url").toString()).not.toContain("refresh-me");
  expect(await openTokens(sealed, "session-1", SECRET)).toEqual(TOKENS);
  expect(await openTokens(sealed, "session-2", SECRET)).toBeNull();
  expect(await openTokens(sealed, "session-1", `${SECRET}!`)).toBeNull();
  const [head, , iv, content = "", tag] = sealed.split(".");
  const changed = `${content.startsWith("A") ? "B" : "A"}${content.slice(1)}`;
  expect(await openTokens([head, "", iv, changed, tag].join("."), "session-1", SECRET)).toBeNull();
  expect(await openTokens("nonsense", "session-1", SECRET)).toBeNull();
});

test("an access token keeps its time", async () => {
  const tokens = { accessToken: "look-me-up", expiresAtMs: 1_900_000_000_000 };
  const sealed = (await sealTokens(tokens, "session-1", SECRET)) ?? "";
  expect(await openTokens(sealed, "session-1", SECRET)).toEqual(tokens);
});

test("tokens that are longer than any provider's aren't kept", async () => {
  expect(await sealTokens({ refreshToken: "x".repeat(40_000) }, "session-1", SECRET)).toBeNull();
});
