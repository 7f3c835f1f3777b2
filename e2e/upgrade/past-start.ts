import { existsSync } from "node:fs";
import path from "node:path";
import {
  type Process,
  type ProcessOptions,
  startDemoWorker,
  startPortal,
  startProcess,
} from "@/demo/processes";

/** The launcher of the builds before today's way of starting; it takes the whole command. */
const PAST_LAUNCHER = "prisma/launch.ts";

const isOfThePast = (root: string) => existsSync(path.join(root, PAST_LAUNCHER));

/** Starts the portal of any build that may run beside today's, as that build's own `npm run start:web` did. */
export function startPortalOf(options: ProcessOptions): Promise<Process> {
  if (!isOfThePast(options.root)) return startPortal(options);
  const next = ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(options.port)];
  return startProcess(options, "The old portal", [PAST_LAUNCHER, process.execPath, ...next]);
}

/** Starts the worker of any build that may run beside today's, as that build's own `npm run start:worker` did. */
export function startWorkerOf(options: ProcessOptions): Promise<Process> {
  if (!isOfThePast(options.root)) return startDemoWorker(options);
  const worker = ["--import", "tsx", "alerting/main.ts"];
  return startProcess(options, "The old worker", [PAST_LAUNCHER, process.execPath, ...worker]);
}
