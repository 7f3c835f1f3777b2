import { MessageContentError } from "@/lib/delivery/message";
import { SmtpUrlError } from "@/lib/delivery/smtp/smtp-url";
import { EnvironmentError } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { PrometheusSettingsError } from "@/lib/prometheus/transport";
import { startWorker } from "./worker";

/** The platform kills what hasn't ended some time after SIGTERM; ten seconds is the least that is usual. */
const STOP_WITHIN_MS = 9_800;
/** Settings that can't be used: one sentence is enough. Anything else keeps its stack. */
const EXPECTED = [EnvironmentError, SmtpUrlError, MessageContentError, PrometheusSettingsError];

try {
  const worker = await startWorker();
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    worker.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, "The worker could not stop as it should.");
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  // Begun by a process that has a channel to it: it ends with that one, also with one that ended while this one started.
  process.on("disconnect", stop);
  if (process.connected === false) stop();
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`The worker can't start: ${(error as Error).message}\n`);
  process.exit(1);
}
