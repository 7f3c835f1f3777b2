import { expect, test } from "vitest";
import { hasBearerToken } from "./bearer";

const TOKEN = "a-token-of-the-metrics-01";

test.each([
  [`Bearer ${TOKEN}`, true],
  [`bearer  ${TOKEN}`, true],
  [`Bearer ${TOKEN}x`, false],
  [`Bearer ${TOKEN.slice(0, -1)}`, false],
  [`Basic ${TOKEN}`, false],
  [TOKEN, false],
  ["Bearer ", false],
  ["", false],
  [null, false],
])("%s: %s", (header, expected) => {
  expect(hasBearerToken(header, TOKEN)).toBe(expected);
});
