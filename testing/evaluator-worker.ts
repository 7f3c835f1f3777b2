// An evaluator of its own process, for the tests that kill or stop one. It judges each slot that it reads, a line each, and says when
// it has. With CLOCK=database the database's clock says whether the slot is current; else each slot is judged at its own time.
import { createInterface } from "node:readline";
import { createSlotJudge } from "../alerting/evaluate/evaluate";
import { createPrometheus } from "../lib/prometheus/client";
import { createFleet } from "../lib/prometheus/fleet";
import { defaultBundle, INTERVAL_SECONDS } from "./evaluation";
import { MAIL_FROM } from "./outbox";

const url = process.env.PROMETHEUS_URL ?? "";
const judge = createSlotJudge({
  fleet: createFleet({ url }),
  prometheus: createPrometheus({ url }),
  readBundle: async () => defaultBundle(),
  mailFrom: MAIL_FROM,
  portalUrl: "https://watchpost.example",
  label: "tenant",
  intervalSeconds: INTERVAL_SECONDS,
  clockOf: process.env.CLOCK === "database" ? (databaseMs) => databaseMs : undefined,
});
process.stdout.write("ready\n");
for await (const line of createInterface(process.stdin)) {
  const { kind } = await judge(Number(line));
  process.stdout.write(`${kind}\n`);
}
