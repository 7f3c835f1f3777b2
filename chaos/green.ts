import { setTimeout as sleep } from "node:timers/promises";
import { lookAt } from "./looks";
import { WORKERS } from "./plan";
import type { ChaosWorld } from "./world";

const ASKED_WITHIN_MS = 8_000;
const PAUSE_MS = 1_000;
/** For so long nothing is said of what isn't green. */
const QUIET_MS = 30_000;

/** What isn't well: webs and workers that aren't ready, pages that aren't green, mails that wait, alerts that are open. */
async function notGreenNow(world: ChaosWorld): Promise<string[]> {
  const found: string[] = [];
  for (const [name, url] of world.urls) {
    const said = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ASKED_WITHIN_MS) }).then(
      async (response) =>
        response.ok ? null : `answers ${response.status}: ${(await response.text()).slice(0, 300)}`,
      (error: Error) => `doesn't answer: ${error.message}`,
    );
    if (said) found.push(`${name}: /readyz ${said}`);
  }
  if (found.length > 0) return found;
  const workers: readonly string[] = WORKERS;
  for (const [web, url] of world.urls) {
    if (workers.includes(web)) continue;
    for (const [capability, cookie] of world.cookies) {
      const { status, page } = await lookAt(web, url, capability, cookie);
      if (!page) return [`${web}: the page of ${capability} answers ${status}.`];
      if (page.overall !== "healthy") return [`${web}: the page of ${capability} says ${page.overall}.`];
      if (!page.isAlertingTrusted)
        return [`${web}: the page of ${capability} says that alerting is degraded.`];
    }
  }
  const [open] = await world.query<{ mails: number; alerts: number }>(
    `SELECT (SELECT count(*) FROM mail WHERE state IN ('queued', 'sending', 'held'))::int AS mails,
       (SELECT count(*) FROM episode WHERE ended_at IS NULL)::int AS alerts`,
  );
  return [
    ...(open?.mails ? [`${open.mails} mails are not sent.`] : []),
    ...(open?.alerts ? [`${open.alerts} alerts are open.`] : []),
  ];
}

/**
 * Waits until all is green.
 * @param options.tell is given what isn't green where that takes long, and each change of it
 * @returns what isn't, when the time is over; empty where all is
 */
export async function untilGreen(
  world: ChaosWorld,
  { withinMs, tell, stop }: { withinMs: number; tell(line: string): void; stop: AbortSignal },
): Promise<string[]> {
  const beganMs = performance.now();
  let told = "";
  for (;;) {
    stop.throwIfAborted();
    const found = await notGreenNow(world).catch((error: Error) => [
      `The database can't be asked: ${error.message}`,
    ]);
    const passedMs = performance.now() - beganMs;
    if (found.length === 0 || passedMs > withinMs) return found;
    if (passedMs > QUIET_MS && found[0] !== told) {
      told = found[0] ?? "";
      tell(`      Not green yet: ${told}`);
    }
    await sleep(PAUSE_MS);
  }
}
