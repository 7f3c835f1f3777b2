import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";

export type IdentityKeys = {
  /** Private keys that sign the tokens. */
  signing: JWK[];
  /** What signs the provider's cookies. */
  cookies: string[];
};

/**
 * The keys of the identity server, made at the first start and kept: a token signed before a restart stays good after it.
 * @param dataDir directory for the one file, which only this user may read
 */
export async function loadKeys(dataDir: string): Promise<IdentityKeys> {
  const file = path.join(dataDir, "keys.json");
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept) as IdentityKeys;

  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const signingKey = {
    ...(await exportJWK(privateKey)),
    alg: "RS256",
    use: "sig",
    kid: randomBytes(8).toString("hex"),
  };
  const keys: IdentityKeys = { signing: [signingKey], cookies: [randomBytes(32).toString("base64url")] };
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  await chmod(file, 0o600);
  return keys;
}
