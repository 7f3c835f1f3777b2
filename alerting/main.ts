import { MessageContentError } from "@/lib/delivery/message";
import { SmtpUrlError } from "@/lib/delivery/smtp/smtp-url";
import { EnvironmentError } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { PrometheusSettingsError } from "@/lib/prometheus/transport";
import { startWorker, type Worker } from "./worker";

/** The platform kills what hasn't ended some time after SIGTERM; ten seconds is the least that is usual. */
const STOP_WITHIN_MS = 9_800;
/** Settings that can't be used: one sentence is enough. Anything else keeps its stack. */
const EXPECTED = [EnvironmentError, SmtpUrlError, MessageContentError, PrometheusSettingsError];

/** Stops the worker, once it is there. What isn't over in time is safe: leases run out, and transactions are undone. */
async function stop(starting: Promise<Worker>): Promise<void> {
  setTimeout(() => {
    log.warn("The worker did not end what it was doing in time; another one takes it up.");
    process.exit(0);
  }, STOP_WITHIN_MS).unref();
  try {
    await (await starting).stop();
    process.exit(0);
  } catch (error) {
    log.error({ err: error }, "The worker could not stop as it should.");
    process.exit(1);
  }
}

try {
  const starting = startWorker();
  let stopping = false;
  const stopOnce = () => {
    if (stopping) return;
    stopping = true;
    void stop(starting);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stopOnce);
  // Begun by a process that has a channel to it: it ends with that one, also with one that ended while this one started.
  process.on("disconnect", stopOnce);
  if (process.connected === false) stopOnce();
  await starting;
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`The worker can't start: ${(error as Error).message}\n`);
  process.exit(1);
}
