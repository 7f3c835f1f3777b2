import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { bundleProgram } from "../setup/bundle.mjs";

/** A process of the bench with the flags of the worker. It answers each message with one. */
export type ChildWorker<Answer> = {
  /** The next thing that it says. @throws Error where it ends instead, as one that is killed for its memory does */
  hear(): Promise<Answer>;
  /** Sends a message and waits for the answer. @throws as `hear` */
  ask(message: number | string): Promise<Answer>;
  /** Lets it end, and waits until it has. */
  stop(): Promise<void>;
};

/** @param file the program, from the root */
export function startChildWorker<Answer>(
  { root, signal }: { root: string; signal: AbortSignal },
  file: string,
  environment: Record<string, string>,
): ChildWorker<Answer> {
  // Compiled as the worker is: what reads TypeScript while it runs takes memory of its own.
  const compiled = `.data/bench/${path.basename(file, ".ts")}.mjs`;
  bundleProgram(root, file, compiled);
  const child = spawn("sh", ["server/worker.sh", compiled], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...environment },
    signal,
  });
  const exit = once(child, "exit");
  const ended = exit.then(([code, killedBy]) => {
    throw new Error(`${file} ended (${code ?? killedBy}). What it said stands above.`);
  });
  ended.catch(() => {}); // it ends at last, asked or not
  const hear = async () => {
    const [said] = (await Promise.race([once(child, "message"), ended])) as [Answer];
    return said;
  };
  return {
    hear,
    ask: (message) => {
      const said = hear();
      child.send(message);
      return said;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await exit.catch(() => {});
    },
  };
}
