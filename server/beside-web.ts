import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { WORKER_NODE_FLAGS } from "./node-flags";

// Web and worker on one machine, for an installation of one process manager entry: they start together, and when one ends the
// other is stopped, so that a portal without its worker never looks like a whole one.

const MAIN = fileURLToPath(new URL("../alerting/main.ts", import.meta.url));
const [web = "", ...args] = process.argv.slice(2);
const children: ChildProcess[] = [
  // The channel ends with this process, however it ends, and the worker with the channel: it is never left behind.
  spawn(process.execPath, [...WORKER_NODE_FLAGS, "--import", "tsx", MAIN], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  }),
  spawn(web, args, { stdio: "inherit" }),
];

let asked = false;
const stopAll = (signal: NodeJS.Signals) => {
  for (const child of children) child.kill(signal);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
  process.on(signal, () => {
    asked = true;
    stopAll(signal);
  });

const codes = await Promise.all(
  children.map(
    (child) =>
      new Promise<number>((resolve) => {
        const ended = (code: number) => {
          stopAll("SIGTERM");
          resolve(code);
        };
        child.once("error", (error) => {
          process.stderr.write(`${error.message}\n`);
          ended(1);
        });
        child.once("exit", (code) => ended(code ?? 1));
      }),
  ),
);
process.exit(asked ? 0 : Math.max(1, ...codes));
