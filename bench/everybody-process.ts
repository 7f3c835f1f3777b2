// A worker's evaluator and renderer in a process of its own, with the flags of the worker, so that time and memory are its own. It judges
// a slot on request, renders until nothing is left, and sends to the relay of the bench.
import { startDelivery } from "@/alerting/deliver/deliver";
import { createSlotJudge } from "@/alerting/evaluate/evaluate";
import { startRendering } from "@/alerting/render/render";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { MAIL_FROM, SECRET } from "../testing/outbox";
import { FIRING_INTERVAL_SECONDS, firingBundle } from "./firing-bundle";

/** What one slot took, and the most memory that the process has ever had. cpuMs: of all its threads, since it began. */
export type JudgedSlot = {
  slotMs: number;
  wallMs: number;
  mails: number;
  peakMegabytes: number;
  cpuMs: number;
};

const address = { url: process.env.PROMETHEUS_URL ?? "" };
const readBundle = async () => firingBundle();
const sources = { prometheus: createPrometheus(address), readBundle, mailFrom: MAIL_FROM, label: "tenant" };
const delivery = startDelivery({ smtpUrl: process.env.SMTP_URL ?? "", mailFrom: MAIL_FROM, secret: SECRET });
const rendering = startRendering({ ...sources, onRendered: delivery.hint });
const judge = createSlotJudge({
  ...sources,
  fleet: createFleet(address),
  portalUrl: "https://watchpost.example",
  intervalSeconds: FIRING_INTERVAL_SECONDS,
});

function used(): Pick<JudgedSlot, "peakMegabytes" | "cpuMs"> {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { peakMegabytes: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
}

process.on("message", async (slotMs: number | "used") => {
  if (slotMs === "used") {
    process.send?.({ slotMs: 0, wallMs: 0, mails: 0, ...used() });
    return;
  }
  const startedMs = performance.now();
  const result = await judge(slotMs);
  const wallMs = performance.now() - startedMs;
  if (result.kind !== "judged") throw new Error(`The slot was ${result.kind}.`);
  if (result.mails > 0) rendering.hint();
  process.send?.({ slotMs, wallMs, mails: result.mails, ...used() });
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
