import { expect, test } from "vitest";
import { parseMailsRequest } from "./mails-request";

test("a request says on or off, and for which page; anything else is refused with what to send", () => {
  const request = { wanted: false, pageOf: "photos" };
  expect(parseMailsRequest(request)).toEqual({ ok: true, request });
  for (const body of [
    null,
    {},
    { wanted: false },
    { wanted: "false", pageOf: "photos" },
    { ...request, pageOf: "x".repeat(101) },
    { ...request, tenant: "tickets" },
  ])
    expect(parseMailsRequest(body)).toMatchObject({ ok: false, message: expect.stringContaining("wanted") });
});
