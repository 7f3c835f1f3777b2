import { CAPABILITY_IDS } from "../platform/characters";
import { PLATFORM } from "../platform/faults";
import type { RehearsedDatabase } from "./database";
import type { Gate } from "./gate";
import { type Rehearsal, RehearsalRefused } from "./rehearsals";

/** Begins a fault, and ends it. Both may be called again. */
export type Stage = (on: boolean) => Promise<void>;

/** What a rehearsal lays its hands on. */
export type Parts = {
  portalUrl: string;
  inboxUrl: string;
  controlUrl: string;
  database: RehearsedDatabase;
  /** The worker's line to Prometheus. */
  workerMetrics: Gate;
  portal: { setPaused(paused: boolean): Promise<void> };
  worker: { setPaused(paused: boolean): Promise<void> };
};

const SIGN_IN_EVERY_MS = 4_000;
const ANSWER_WITHIN_MS = 20_000;

/** Posts as a page of that server would. @throws RehearsalRefused where it refuses */
async function post(server: string, path: string, body?: string, type?: string): Promise<void> {
  const response = await fetch(new URL(path, server), {
    method: "POST",
    redirect: "manual",
    headers: { origin: new URL(server).origin, ...(type && { "content-type": type }) },
    body,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (response.status >= 400) throw new RehearsalRefused(`${server}${path} answered ${response.status}.`);
}

/** What several rehearsals need at once is off as soon as one needs it, and on once none does. */
function shared(set: Stage): (by: Rehearsal) => Stage {
  const users = new Set<Rehearsal>();
  return (by) => async (on) => {
    if (on) users.add(by);
    else users.delete(by);
    await set(users.size > 0);
  };
}

/** How each fault is staged. */
export function stagesOf(parts: Parts): Record<Rehearsal, Stage> {
  const { database, portalUrl, inboxUrl, controlUrl } = parts;
  const relayOff = shared((off) => post(inboxUrl, `/relay?on=${off ? 0 : 1}`));
  const refused =
    (by: Rehearsal): Stage =>
    async (on) => {
      await relayOff(by)(on);
      if (on) await database.askForTests(["canary"]);
    };
  let signIns: NodeJS.Timeout | undefined;
  // What becomes of it is the rehearsal; a portal that doesn't answer meanwhile is another one.
  const beginSignIn = () =>
    post(portalUrl, "/api/auth/signin/oidc", "callbackUrl=%2F", "application/x-www-form-urlencoded").catch(
      () => {},
    );

  return {
    "portal-down": parts.portal.setPaused,
    "no-worker-life-sign": parts.worker.setPaused,
    "evaluator-late": database.setLocked,
    "cycles-failing": async (on) => parts.workerMetrics.setCut(on),
    "queue-old": refused("queue-old"),
    "relay-refused": refused("relay-refused"),
    "bounces-rising": async (on) => {
      for (const address of await database.addressesOf(CAPABILITY_IDS))
        await post(inboxUrl, `/bouncing?address=${encodeURIComponent(address)}&on=${on ? 1 : 0}`);
      await database.askForTests(CAPABILITY_IDS);
    },
    "sign-ins-failing": async (on) => {
      clearInterval(signIns);
      const change = JSON.stringify({ target: PLATFORM, fault: "sign-in-down", on });
      await post(controlUrl, "/api/faults", change, "application/json");
      if (on) signIns = setInterval(() => void beginSignIn(), SIGN_IN_EVERY_MS).unref();
    },
    "database-down": database.setShut,
  };
}
