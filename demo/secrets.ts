import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

export type DemoSecrets = { oidcClientSecret: string; nextAuthSecret: string; metricsToken: string };

const random = () => randomBytes(32).toString("base64url");

/** The demo's secrets: random, made once per data directory, so that a restart keeps everybody signed in. */
export async function loadSecrets(dataDir: string): Promise<DemoSecrets> {
  const file = path.join(dataDir, "secrets.json");
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept) as DemoSecrets;
  const secrets = { oidcClientSecret: random(), nextAuthSecret: random(), metricsToken: random() };
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
