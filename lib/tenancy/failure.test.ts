import { describe, expect, test } from "vitest";
import {
  SIGN_IN_FAILURES,
  SignInFailure,
  type SignInFailureCode,
  signInFailureOf,
  signInSentence,
} from "./failure";

const withCode = (code: string) => Object.assign(new Error(""), { code });

describe("failureOf", () => {
  test.each<[string, unknown, SignInFailureCode]>([
    ["a refused connection", withCode("ECONNREFUSED"), "issuer-unreachable"],
    ["a name that doesn't resolve", withCode("ENOTFOUND"), "issuer-unreachable"],
    ["a certificate out of date", withCode("CERT_HAS_EXPIRED"), "issuer-unreachable"],
    ["silence", new Error("outgoing request timed out after 5000ms"), "issuer-unreachable"],
    ["another status", new Error("expected 200 OK, got: 502 Bad Gateway"), "issuer-unreachable"],
    [
      "a web page in place of the discovery document",
      new Error("Unexpected token '<', \"<html>\" is not valid JSON"),
      "issuer-unreachable",
    ],
    ["a wrong client secret", new Error("invalid_client (client authentication failed)"), "client-refused"],
    ["a code used twice", new Error("invalid_grant (grant request is invalid)"), "answer-refused"],
    ["an error of the provider", new Error("server_error"), "answer-refused"],
    ["a sign-in that the owner cancelled", new Error("access_denied"), "access-denied"],
    ["a missing state cookie", new TypeError("State cookie was missing."), "state-mismatch"],
    ["a state of another sign-in", new Error("state mismatch, expected a, got: b"), "state-mismatch"],
    ["no state in the answer", new Error("state missing from the response"), "state-mismatch"],
    ["a nonce of another sign-in", new Error("nonce mismatch, expected a, got: b"), "state-mismatch"],
    ["a cookie sealed with another secret", withCode("ERR_JWE_DECRYPTION_FAILED"), "state-mismatch"],
    ["a cookie of the flow that is too old", withCode("ERR_JWT_EXPIRED"), "state-mismatch"],
    [
      "a failure that was named where it happened",
      new SignInFailure("token-refused", "iat"),
      "token-refused",
    ],
    ["anything else", new Error("who knows"), "failed"],
    ["what is no error", "text", "failed"],
  ])("recognises %s", (_what, error, failure) => {
    expect(signInFailureOf(error)).toBe(failure);
  });
});

describe("signInSentence", () => {
  test("speaks of a clock only where a clock may be wrong", () => {
    const blamed = SIGN_IN_FAILURES.filter((failure) => /clock/i.test(signInSentence(failure)));
    expect(blamed).toEqual(["clock-apart"]);
  });

  test("has a sentence of its own for each failure", () => {
    expect(new Set(SIGN_IN_FAILURES.map(signInSentence)).size).toBe(SIGN_IN_FAILURES.length);
  });
});
