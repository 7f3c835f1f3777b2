import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** DER's tag, length and value. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), value]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const bits = (value: Buffer) => der(0x03, Buffer.from([0]), value);

/** UTCTime: two digits of the year, which stand for years up to 2049. */
const time = (at: Date) =>
  der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`, "ascii"));

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const COMMON_NAME = "550403";
const SUBJECT_ALTERNATIVE_NAME = "551d11";
const BASIC_CONSTRAINTS = "551d13";
const TRUE = der(0x01, Buffer.from([0xff]));

/** Both as PEM. */
export type KeyedCertificate = { key: string; cert: string };

const commonName = (name: string) =>
  sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(name)))));

/** `localhost` and 127.0.0.1. */
const THIS_MACHINE = sequence(
  oid(SUBJECT_ALTERNATIVE_NAME),
  der(0x04, sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))),
);
const SIGNS_OTHERS = sequence(oid(BASIC_CONSTRAINTS), TRUE, der(0x04, sequence(TRUE)));

const keyPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/**
 * An X.509 certificate (RFC 5280), good since an hour ago. Node can read certificates and not make them, and no tool that could
 * is sure to be on a machine.
 * @param endsAtMs before the year 2050, where the short form of its time ends
 */
function certificate(of: {
  subject: string;
  publicKey: KeyObject;
  extension: Buffer;
  issuer: string;
  issuerKey: KeyObject;
  endsAtMs: number;
}): string {
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)]));
  const content = sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    commonName(of.issuer),
    sequence(time(new Date(Date.now() - HOUR_MS)), time(new Date(of.endsAtMs))),
    commonName(of.subject),
    of.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(of.extension)),
  );
  const whole = sequence(content, ECDSA_WITH_SHA256, bits(sign("sha256", content, of.issuerKey)));
  // Where the last line is a full one, a line break of its own would leave an empty line, at which OpenSSL stops reading.
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

/** A certificate for this machine that signs itself, good for a day. */
export function throwawayCertificate(): KeyedCertificate {
  const { publicKey, privateKey } = keyPair();
  const cert = certificate({
    subject: "localhost",
    publicKey,
    extension: THIS_MACHINE,
    issuer: "localhost",
    issuerKey: privateKey,
    endsAtMs: Date.now() + 24 * HOUR_MS,
  });
  return { key: pem(privateKey), cert };
}

/** Whoever trusts its certificate trusts all that it issues. */
export type Authority = {
  /** Its own certificate, as PEM. */
  cert: string;
  /** A certificate for this machine. @param endsAtMs within ten years */
  issue(endsAtMs: number): KeyedCertificate;
};

/** A certificate authority of one process, with a key that nobody else ever has. */
export function certificateAuthority(name: string): Authority {
  const { publicKey, privateKey: issuerKey } = keyPair();
  const signed = (subject: string, key: KeyObject, extension: Buffer, endsAtMs: number) =>
    certificate({ subject, publicKey: key, extension, issuer: name, issuerKey, endsAtMs });
  return {
    cert: signed(name, publicKey, SIGNS_OTHERS, Date.now() + 10 * YEAR_MS),
    issue: (endsAtMs) => {
      const own = keyPair();
      return { key: pem(own.privateKey), cert: signed("localhost", own.publicKey, THIS_MACHINE, endsAtMs) };
    },
  };
}
