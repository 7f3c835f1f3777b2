import { setTimeout as sleep } from "node:timers/promises";
import { defaultBundle } from "../testing/evaluation";
import { startTestRelay } from "../testing/relay";
import { ownersLook } from "./owners";
import { residentOf } from "./resident";
import { type Measure, readableNumber } from "./result";
import { OWNED_TENANTS, ownersSamples } from "./samples";
import { type BenchStage, onStage } from "./stage";

const PART = "memory";
/** As often as may be, so that minutes hold as many cycles as an hour usually does. */
const EVALUATION_SECONDS = 5;
/** Alerts that began and ended, each with its picture. */
const MAILS = 40;
const MAILS_WITHIN_MS = 120_000;
/** After which Node has given back what it gives back. */
const REST_MS = 15_000;

/** With short times of everything an alert waits for, so that restless tenants are alerted every other minute. */
function restlessBundle() {
  const bundle = defaultBundle();
  const { saturation } = bundle.signals;
  saturation.windowSeconds = 30;
  for (const line of saturation.lines)
    if (line.threshold) Object.assign(line.threshold, { forSeconds: 5, recoverForSeconds: 5 });
  return bundle;
}

/** What web and worker hold in memory while the owners of a hundred tenants look at everything and some of them are alerted. */
export async function measureMemory(options: { root: string; signal: AbortSignal }): Promise<Measure[]> {
  const cast = {
    name: "bench-memory",
    tenants: OWNED_TENANTS,
    samples: ownersSamples(Date.now()),
    bundle: restlessBundle(),
    settings: { EVALUATION_INTERVAL_SECONDS: String(EVALUATION_SECONDS) },
  };
  return onStage(options, cast, (stage) => measureOn(stage, options.signal));
}

async function measureOn(stage: BenchStage, signal: AbortSignal): Promise<Measure[]> {
  const relay = await startTestRelay();
  try {
    const worker = await stage.worker({ SMTP_URL: relay.url });
    const web = await stage.direct();
    const cookies = await Promise.all(OWNED_TENANTS.map((id) => stage.openSession(id)));
    const startedMs = performance.now();
    const answered = await ownersLook(
      { url: web.url, cookies, evaluationSeconds: EVALUATION_SECONDS },
      signal,
    );
    const lookedMs = performance.now() - startedMs;
    for (const untilMs = Date.now() + MAILS_WITHIN_MS; relay.taken.length < MAILS; ) {
      if (Date.now() > untilMs) throw new Error(`Only ${relay.taken.length} alerts were mailed.`);
      await sleep(500, undefined, { signal });
    }
    const mails = relay.taken.filter(({ raw }) => raw.includes("image/png")).length;
    await sleep(REST_MS, undefined, { signal });
    const [ofWeb, ofWorker] = [await residentOf(web.process), await residentOf(worker.process)];
    return [
      {
        part: PART,
        what: "Memory of the web process, at its highest",
        value: ofWeb.peakMegabytes,
        unit: "MB",
        limit: { atMost: 250 },
        detail: `resident; ${answered} requests of the owners of ${cookies.length} tenants in ${readableNumber(lookedMs / 1000)} s; at rest afterwards ${readableNumber(ofWeb.nowMegabytes)} MB`,
      },
      {
        part: PART,
        what: "Memory of the worker, at its highest",
        value: ofWorker.peakMegabytes,
        unit: "MB",
        limit: { atMost: 200 },
        detail: `resident; a cycle of ${cookies.length} tenants every ${EVALUATION_SECONDS} s, and ${mails} mails with a picture; afterwards ${readableNumber(ofWorker.nowMegabytes)} MB`,
      },
      {
        part: PART,
        what: "Memory of the launcher that stands before each of them",
        value: Math.max(ofWeb.launcherMegabytes, ofWorker.launcherMegabytes),
        unit: "MB",
        detail: "npm start and its like; the image starts without one",
      },
    ];
  } finally {
    await relay.stop();
  }
}
