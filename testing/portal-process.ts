import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { PROCESS_SETTINGS } from "./worker";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export type PortalProcess = {
  child: ChildProcess;
  /** Everything that it has written, its log included. */
  said(): string;
  /** How it ended: its code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null>;
};

/** @throws Error where there is no build whose server could be started */
export async function expectBuild(): Promise<void> {
  await access(`${ROOT}.next/standalone/server.js`).catch(() => {
    throw new Error("There is no build whose server could be started. Run npm run build first.");
  });
}

/**
 * Starts a command as an operator does, in the clone's own folder unless another is named.
 * @param settings DATABASE_URL, PROMETHEUS_URL and SMTP_URL, and whatever else is to be different
 */
export function startCommand(
  [file = "", ...args]: readonly string[],
  settings: Record<string, string>,
  cwd: string = ROOT,
): PortalProcess {
  const child = spawn(file, args, {
    cwd,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      LOG_LEVEL: "warn",
      ...PROCESS_SETTINGS,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  return {
    child,
    said: () => text,
    ended: async () => {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      return child.exitCode ?? child.signalCode;
    },
  };
}
