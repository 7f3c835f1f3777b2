import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificateAuthority, throwawayCertificate } from "./certificate";

const DAY_MS = 86_400_000;

test("makes certificates that can be read and that their authority vouches for, however long their signatures come out", () => {
  // A quarter of them fill their last line.
  for (let nth = 0; nth < 40; nth++) {
    const authority = certificateAuthority("The demo's mail relay");
    const [issuer, issued, own] = [
      authority.cert,
      authority.issue(Date.now() + DAY_MS).cert,
      throwawayCertificate().cert,
    ].map((pem) => new X509Certificate(pem));
    expect(issuer && issued?.verify(issuer.publicKey)).toBe(true);
    expect(own?.verify(own.publicKey)).toBe(true);
    expect(issued?.checkHost("localhost")).toBe("localhost");
    expect(issued?.checkIP("127.0.0.1")).toBe("127.0.0.1");
  }
});
