import { setTimeout as sleep } from "node:timers/promises";
import { type HealthView, healthViewSchema } from "@/lib/views/health/view";
import type { Look } from "./evidence";

const ANSWERED_WITHIN_MS = 8_000;
const PAUSE_MS = 400;

const pageOf = ({ asOfMs, overall, alerting, signals }: HealthView): Look["page"] => ({
  asOfMs,
  overall: overall.state,
  isAlertingTrusted: alerting.trustworthy,
  lines: signals.flatMap(({ id, lines }) =>
    lines.map(({ id: line, status, reading }) => ({
      line: `${id}/${line}`,
      status,
      ...(reading.kind === "value"
        ? { value: reading.value, sampledAtMs: reading.sampledAtMs }
        : { value: null, sampledAtMs: null }),
    })),
  ),
});

/** Looks at a capability's health as its owner's open page does. An answer that isn't a health view throws. */
export async function lookAt(web: string, url: string, capability: string, cookie: string): Promise<Look> {
  const beganAtMs = Date.now();
  const answer = await fetch(`${url}/api/health`, {
    headers: { cookie },
    signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
  }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => ({ status: 0, text: "" }),
  );
  const { status, text } = answer;
  const page = status === 200 ? pageOf(healthViewSchema.parse(JSON.parse(text))) : null;
  return { web, capability, beganAtMs, endedAtMs: Date.now(), status, page };
}

/**
 * Keeps looking at one web's pages, one capability after the other, until it is told to stop.
 * @param urls the address and name of the web
 */
export async function keepLooking(
  { web, url }: { web: string; url: string },
  cookies: ReadonlyMap<string, string>,
  stop: AbortSignal,
  onLook: (look: Look) => void,
): Promise<void> {
  for (;;)
    for (const [capability, cookie] of cookies) {
      if (stop.aborted) return;
      onLook(await lookAt(web, url, capability, cookie));
      await sleep(PAUSE_MS);
    }
}
