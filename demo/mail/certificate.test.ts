import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificateAuthority, throwawayCertificate } from "./certificate";

const DAY_MS = 86_400_000;

test("makes certificates that can be read and that their authority vouches for, however long their signatures come out", async () => {
  // A signature's numbers are a byte shorter or longer in one of two, and so is what holds them.
  for (let nth = 0; nth < 40; nth++) {
    const authority = await certificateAuthority("The demo's mail relay");
    const keyed = await authority.issue(Date.now() + DAY_MS);
    const self = await throwawayCertificate();
    const [issuer, issued, own] = [authority.cert, keyed.cert, self.cert].map(
      (pem) => new X509Certificate(pem),
    );
    expect(issuer && issued?.verify(issuer.publicKey)).toBe(true);
    expect(issuer && issued?.checkIssued(issuer)).toBe(true);
    expect(own?.verify(own.publicKey)).toBe(true);
    expect(issued?.checkPrivateKey(createPrivateKey(keyed.key))).toBe(true);
    expect(own?.checkPrivateKey(createPrivateKey(self.key))).toBe(true);
    expect(issued?.checkHost("localhost")).toBe("localhost");
    expect(issued?.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect([issuer?.ca, issued?.ca, own?.ca]).toEqual([true, false, false]);
  }
});

test("an issued certificate ends when it is asked to, and began before now", async () => {
  const endsAtMs = Date.UTC(2035, 1, 28, 23, 59, 59);
  const { cert } = await (await certificateAuthority("Somebody")).issue(endsAtMs);
  const { validFrom, validTo } = new X509Certificate(cert);
  expect(Date.parse(validTo)).toBe(endsAtMs);
  expect(Date.parse(validFrom)).toBeLessThan(Date.now() - DAY_MS / 48);
});
