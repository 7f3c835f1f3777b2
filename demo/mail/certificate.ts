import { KeyObject, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { Integer, OctetString, Utf8String } from "asn1js";
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  GeneralName,
  GeneralNames,
  type RelativeDistinguishedNames,
} from "pkijs";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const COMMON_NAME = "2.5.4.3";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Both as PEM. */
export type KeyedCertificate = { key: string; cert: string };

const THIS_MACHINE = new Extension({
  extnID: SUBJECT_ALTERNATIVE_NAME,
  extnValue: new GeneralNames({
    names: [
      new GeneralName({ type: DNS_NAME, value: "localhost" }),
      new GeneralName({
        type: IP_ADDRESS,
        value: new OctetString({ valueHex: new Uint8Array([127, 0, 0, 1]) }),
      }),
    ],
  })
    .toSchema()
    .toBER(),
});

const SIGNS_OTHERS = new Extension({
  extnID: BASIC_CONSTRAINTS,
  critical: true,
  extnValue: new BasicConstraints({ cA: true }).toSchema().toBER(),
});

const keyPair = () =>
  webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);

function name(names: RelativeDistinguishedNames, value: string): void {
  names.typesAndValues.push(
    new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value }) }),
  );
}

/**
 * An X.509 certificate (RFC 5280), good since an hour ago.
 * @param endsAtMs before the year 2050, where the short form of its time ends
 */
async function certificate(of: {
  subject: string;
  publicKey: webcrypto.CryptoKey;
  extension: Extension;
  issuer: string;
  issuerKey: webcrypto.CryptoKey;
  endsAtMs: number;
}): Promise<string> {
  const made = new Certificate({
    version: 2,
    serialNumber: new Integer({ valueHex: new Uint8Array([1, ...randomBytes(8)]) }),
    extensions: [of.extension],
  });
  name(made.issuer, of.issuer);
  name(made.subject, of.subject);
  made.notBefore.value = new Date(Date.now() - HOUR_MS);
  made.notAfter.value = new Date(of.endsAtMs);
  await made.subjectPublicKeyInfo.importKey(of.publicKey);
  await made.sign(of.issuerKey, "SHA-256");
  return new X509Certificate(Buffer.from(made.toSchema().toBER())).toString();
}

const pem = (key: webcrypto.CryptoKey) =>
  KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();

/** A certificate for this machine that signs itself, good for a day. */
export async function throwawayCertificate(): Promise<KeyedCertificate> {
  const { publicKey, privateKey } = await keyPair();
  const cert = await certificate({
    subject: "localhost",
    publicKey,
    extension: THIS_MACHINE,
    issuer: "localhost",
    issuerKey: privateKey,
    endsAtMs: Date.now() + 24 * HOUR_MS,
  });
  return { key: pem(privateKey), cert };
}

/** A client that trusts its certificate trusts all that it issues. */
export type Authority = {
  /** Its own certificate, as PEM. */
  cert: string;
  /** A certificate for this machine. @param endsAtMs within ten years */
  issue(endsAtMs: number): Promise<KeyedCertificate>;
};

/** A certificate authority of one process, with a key that nobody else ever has. */
export async function certificateAuthority(issuer: string): Promise<Authority> {
  const { publicKey: authorityKey, privateKey: issuerKey } = await keyPair();
  const signed = (subject: string, publicKey: webcrypto.CryptoKey, extension: Extension, endsAtMs: number) =>
    certificate({ subject, publicKey, extension, issuer, issuerKey, endsAtMs });
  return {
    cert: await signed(issuer, authorityKey, SIGNS_OTHERS, Date.now() + 10 * YEAR_MS),
    issue: async (endsAtMs) => {
      const own = await keyPair();
      const cert = await signed("localhost", own.publicKey, THIS_MACHINE, endsAtMs);
      return { key: pem(own.privateKey), cert };
    },
  };
}
