import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ANY_FREE_PORTS } from "@/demo/ports";
import { mustRun } from "@/demo/setup/child.mjs";
import { freePort } from "../server/free-port";
import type { Step } from "./run-steps";

const READY_WITHIN_MS = 20 * 60_000;
const STOP_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 250;

export type OwnDemo = {
  portal: string;
  /** What was cloned, in short. */
  commit: string;
  dataDir: string;
  start: Step;
  stop: Step;
};

/**
 * A demo in a bare clone of its own, as a stranger gets it: cloned, set up and started by the README's command. Both happen in the
 * steps, so that they are timed.
 * @param root the checkout that is cloned; what isn't committed there isn't in it
 * @param clone the folder that the clone is made in, and that is removed with it
 * @param logFile takes what the demo says
 * @throws SetupError when the checkout isn't one of git
 */
export async function ownDemo(root: string, clone: string, logFile: string): Promise<OwnDemo> {
  const commit = (
    await mustRun("The commit could not be read", "git", ["rev-parse", "--short", "HEAD"], { cwd: root })
  ).trim();
  const port = await freePort();
  const portal = `http://127.0.0.1:${port}`;
  const dataDir = path.join(clone, ".data/demo");
  let end: (() => Promise<number | null>) | null = null;

  return {
    portal,
    commit,
    dataDir,
    start: {
      title: "A bare clone is set up and started",
      async work({ saw, signal }) {
        await mustRun("The checkout could not be cloned", "git", ["clone", "--quiet", root, clone], {
          signal,
        });
        const log = await open(logFile, "w");
        const child = spawn("npm", ["run", "--silent", "demo"], {
          cwd: clone,
          env: {
            ...process.env,
            ...ANY_FREE_PORTS,
            PORT: String(port),
            DEMO_DATA_DIR: dataDir,
            DATABASE_URL: "",
          },
          stdio: ["ignore", log.fd, log.fd],
          // A terminal's Ctrl-C is the drill's, which stops the demo in its turn.
          detached: true,
        });
        await log.close();
        const ended = once(child, "exit").then(([code]) => code as number | null);
        end = async () => {
          if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
          const forced = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), STOP_WITHIN_MS);
          return ended.finally(() => clearTimeout(forced));
        };
        const untilMs = performance.now() + READY_WITHIN_MS;
        while (!(await readFile(path.join(dataDir, "running.json"), "utf8").catch(() => null))) {
          if (child.exitCode !== null || performance.now() > untilMs)
            throw new Error(`The demo didn't start. It said:\n${await tailOf(logFile)}`);
          await Promise.race([ended, sleep(LOOK_EVERY_MS, undefined, { signal })]);
        }
        saw(`Commit ${commit}, by "npm run demo".`);
      },
    },
    stop: {
      title: "The demo stops",
      always: true,
      async work({ saw }) {
        const code = (await end?.()) ?? 0;
        await rm(clone, { recursive: true, force: true });
        if (code !== 0) throw new Error(`The demo ended with ${code}. It said:\n${await tailOf(logFile)}`);
        saw("It ended by itself when it was asked to, and its clone is removed.");
      },
    },
  };
}

const tailOf = async (file: string) =>
  (await readFile(file, "utf8")).trim().split("\n").slice(-15).join("\n");
