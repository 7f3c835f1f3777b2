import { createServer } from "node:http";
import { z } from "zod";
import { close, LOOPBACK, listen } from "../pages/listen";
import { readBody, refuse } from "../platform/control/server";
import { type Gate, startGate } from "./gate";
import { ruleAlertOf } from "./rehearsals";
import { REHEARSAL_FACTOR } from "./shortened";

/** By default, Prometheus sends an alert that goes on once a minute. */
export const RESEND_SECONDS = 60 / REHEARSAL_FACTOR;
/** With rules evaluated every five seconds it comes every ten. */
const LATE_AFTER_MS = 15_000;
/** Five minutes, divided. */
export const SILENT_AFTER_MS = 300_000 / REHEARSAL_FACTOR;
/** Every alert that fires, in one request. */
const MOST_BODY_BYTES = 100_000;

const alertsSchema = z.array(
  z.object({ labels: z.object({ alertname: z.string() }), endsAt: z.iso.datetime({ offset: true }) }),
);

/** The receiver's state by the time since the watchdog last arrived. */
export function watchdogState(receivedAtMs: number, nowMs: number): "received" | "late" | "alarm" {
  const silentMs = nowMs - receivedAtMs;
  if (silentMs >= SILENT_AFTER_MS) return "alarm";
  return silentMs >= LATE_AFTER_MS ? "late" : "received";
}

/** Stands for the receiver outside: Prometheus sends it alerts as it sends an Alertmanager, and it watches one of them. */
export type DeadMansSwitch = {
  /** Where it listens itself. */
  url: string;
  /** Host and port for Prometheus, by a line that can be cut. */
  alertmanager: string;
  /** When the watchdog last arrived; at first, when it began to listen. */
  receivedAtMs(): number;
  line: Pick<Gate, "setCut">;
  stop(): Promise<void>;
};

/** Begins to listen for the watchdog. */
export async function startDeadMansSwitch(): Promise<DeadMansSwitch> {
  let receivedAtMs = Date.now();
  const server = createServer((asked, answer) => {
    if (asked.method !== "POST" || asked.url !== "/api/v2/alerts")
      return refuse(answer, 404, "not-found", "There is nothing here but POST /api/v2/alerts.");
    readBody(asked, MOST_BODY_BYTES)
      .then((body) => {
        const nowMs = Date.now();
        const goesOn = alertsSchema
          .parse(JSON.parse(body))
          .some(
            ({ labels, endsAt }) =>
              labels.alertname === ruleAlertOf("watchdog") && Date.parse(endsAt) > nowMs,
          );
        if (goesOn) receivedAtMs = nowMs;
        answer.writeHead(200).end();
      })
      .catch(() => refuse(answer, 400, "bad-alerts", "These are no alerts."));
  });
  const port = await listen(server, 0, "The dead-man's switch");
  const line = await startGate("Prometheus's line to the dead-man's switch", port);
  return {
    url: `http://${LOOPBACK}:${port}`,
    alertmanager: `${LOOPBACK}:${line.port}`,
    receivedAtMs: () => receivedAtMs,
    line,
    stop: async () => {
      await line.stop();
      await close(server);
    },
  };
}
