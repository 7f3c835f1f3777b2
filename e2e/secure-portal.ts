import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startIdentity } from "@/demo/identity/start";
import { startTlsFront } from "../testing/tls-front";
import { startSecondPortal } from "./second-portal";

const CLIENT = { clientId: "watchpost", clientSecret: "c2VjcmV0IG9mIHRoZSBwb3J0YWwgYnkgaHR0cHM" };

export type SecurePortal = { url: string; issuer: string; stop(): Promise<void> };

/** Starts a second portal that browsers reach by https, and a provider that knows it by that address. */
export async function startSecurePortal(): Promise<SecurePortal> {
  const front = await startTlsFront();
  const dataDir = await mkdtemp(path.join(tmpdir(), "watchpost-identity-"));
  const identity = await startIdentity({ port: 0, portalUrl: front.url, ...CLIENT, dataDir, walks: true });
  const portal = await startSecondPortal({
    NEXTAUTH_URL: front.url,
    OIDC_ISSUER: identity.issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
  });
  front.lead(portal.port);
  return {
    url: front.url,
    issuer: identity.issuer,
    async stop() {
      await front.stop();
      await portal.stop();
      await identity.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
