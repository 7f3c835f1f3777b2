import { mkdir } from "node:fs/promises";
import path from "node:path";
import { reservePort } from "@/demo/ports";
import { startPortal } from "@/demo/processes";
import { demo } from "./harness";

const ROOT = path.resolve(import.meta.dirname, "..");

export type SecondPortal = { port: number; url: string; stop(): Promise<void> };

/**
 * Starts a portal beside the demo's, with the same database and secrets and so the same sessions.
 * @param environment what it has otherwise than the demo's portal
 */
export async function startSecondPortal(environment: Record<string, string>): Promise<SecondPortal> {
  const reserved = await reservePort("portal", { PORT: "0" });
  await reserved.release();
  const { port } = reserved;
  const url = `http://127.0.0.1:${port}`;
  const logs = path.join(ROOT, "e2e/results/second-portals");
  await mkdir(logs, { recursive: true });
  const { DEFINITIONS_DIR: _, ...theirs } = demo().portalEnvironment;
  const { stop } = await startPortal({
    root: ROOT,
    port,
    logFile: path.join(logs, `portal-${port}.log`),
    signal: new AbortController().signal,
    environment: { ...theirs, PORT: String(port), NEXTAUTH_URL: url, ...environment },
  });
  return { port, url, stop };
}
