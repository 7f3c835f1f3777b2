import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

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
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const COMMON_NAME = "550403";
const SUBJECT_ALTERNATIVE_NAME = "551d11";

/**
 * A certificate for `localhost` and 127.0.0.1 that signs itself, good for a day (X.509, RFC 5280). Node can read certificates
 * and not make them, and no tool that could is sure to be on a machine.
 * @returns both as PEM
 */
export function throwawayCertificate(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from("localhost")))));
  const names = sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)]));
  const nowMs = Date.now();
  const content = sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(nowMs - HOUR_MS)), time(new Date(nowMs + 24 * HOUR_MS))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(oid(SUBJECT_ALTERNATIVE_NAME), der(0x04, names)))),
  );
  const certificate = sequence(content, ECDSA_WITH_SHA256, bits(sign("sha256", content, privateKey)));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
