import { expect, test } from "vitest";
import { parseSmtpUrl, SmtpUrlError } from "./smtp-url";

test("a URL names the relay, its usual port, its login and its options", () => {
  expect(parseSmtpUrl("smtp://relay.example")).toMatchObject({
    relay: "relay.example:587",
    connection: { host: "relay.example", port: 587, secure: false },
    auth: null,
  });
  expect(parseSmtpUrl("smtps://us%40er:p%2Fw@relay.example?tls.servername=mx.example")).toMatchObject({
    relay: "relay.example:465",
    connection: { secure: true, tls: { servername: "mx.example" } },
    auth: { user: "us@er", credentials: { user: "us@er", pass: "p/w" } },
  });
  expect(parseSmtpUrl("smtp://[::1]:2525?requireTLS=true").connection).toMatchObject({
    port: 2525,
    requireTLS: true,
  });
});

test("the relay's name shows no login", () => {
  expect(parseSmtpUrl("smtp://user:hunter2@relay.example:25").relay).toBe("relay.example:25");
});

test.each([
  ["relay.example", "is not a URL"],
  ["http://relay.example", "must begin with smtp"],
  ["smtp://", "names no host"],
  ["smtp://user@relay.example", "half a login"],
  ["smtp://:hunter2@relay.example", "half a login"],
  ["smtp://user:hunter2@relay.example:99999", "is not a URL"],
])("%s is refused, and the message shows no password", (url, reason) => {
  const refused = () => parseSmtpUrl(url);
  expect(refused).toThrow(SmtpUrlError);
  expect(refused).toThrow(reason);
  expect(refused).not.toThrow(/hunter2/);
});
