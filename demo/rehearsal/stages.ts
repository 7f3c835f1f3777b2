import { CAPABILITY_IDS } from "../platform/characters";
import { PLATFORM } from "../platform/faults";
import type { RehearsedDatabase } from "./database";
import type { Gate } from "./gate";
import { type Rehearsal, RehearsalRefused } from "./rehearsals";
import type { Visitor } from "./visitor";

/** Begins a fault, and ends it. Both may be called again. */
export type RehearsalStage = (on: boolean) => Promise<void>;

/** What a rehearsal works on. */
export type Parts = {
  portalUrl: string;
  inboxUrl: string;
  controlUrl: string;
  database: RehearsedDatabase;
  /** The worker's line to Prometheus, and the portal's. */
  workerMetrics: Gate;
  portalMetrics: Gate;
  prometheusPort: number;
  /** Where a front end of Prometheus listens that mixes questions up. */
  mixUpPort: number;
  /** Prometheus's line to the receiver outside. */
  watchdogLine: Pick<Gate, "setCut">;
  relay: { renewCertificate(lastsMs?: number): Promise<void> };
  /** An owner who can sign in. */
  visitor: Visitor;
  /** Somebody who can sign in and owns nothing. */
  stranger: Visitor;
  portal: { setPaused(paused: boolean): Promise<void> };
  worker: { setPaused(paused: boolean): Promise<void> };
};

const SIGN_IN_EVERY_MS = 4_000;
const ANSWER_WITHIN_MS = 20_000;
const CERTIFICATE_ENDS_IN_MS = 3 * 86_400_000;
/** The operator's own: it takes mail whatever is rehearsed with the owners' mailboxes. */
const CANARY = "canary";
const OWNERS = CAPABILITY_IDS.filter((id) => id !== CANARY);

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
function shared(set: RehearsalStage): (by: Rehearsal) => RehearsalStage {
  const users = new Set<Rehearsal>();
  return (by) => async (on) => {
    if (on) users.add(by);
    else users.delete(by);
    await set(users.size > 0);
  };
}

/** How each fault is staged. */
export function stagesOf(parts: Parts): Record<Rehearsal, RehearsalStage> {
  const { database, portalUrl, inboxUrl, controlUrl } = parts;
  const relayOff = shared((off) => post(inboxUrl, `/relay?on=${off ? 0 : 1}`));
  const refused =
    (by: Rehearsal): RehearsalStage =>
    async (on) => {
      await relayOff(by)(on);
      if (on) await database.askForTests([CANARY]);
    };
  let signIns: NodeJS.Timeout | undefined;
  let strangers: NodeJS.Timeout | undefined;
  // What becomes of it is the rehearsal; a portal that doesn't answer meanwhile is another one.
  const beginSignIn = () =>
    post(portalUrl, "/api/auth/signin/oidc", "callbackUrl=%2F", "application/x-www-form-urlencoded").catch(
      () => {},
    );

  /** While it is staged, an owner looks at that address; the portal is still well when they sign in. */
  const visited = (path: string, set: (on: boolean) => void): RehearsalStage => {
    let leave = () => {};
    return async (on) => {
      leave();
      if (on) leave = await parts.visitor.visit(path);
      set(on);
    };
  };

  return {
    watchdog: async (on) => parts.watchdogLine.setCut(on),
    "portal-down": parts.portal.setPaused,
    "no-worker-life-sign": parts.worker.setPaused,
    "evaluator-late": database.setLocked,
    "cycles-failing": async (on) => parts.workerMetrics.setCut(on),
    "lines-unanswered": database.setUnanswered,
    "platform-event": database.setEverybodyFires,
    "store-unfit": database.setHurried,
    "queue-old": refused("queue-old"),
    "relay-refused": refused("relay-refused"),
    "bounces-rising": async (on) => {
      for (const address of await database.addressesOf(OWNERS))
        await post(inboxUrl, `/bouncing?address=${encodeURIComponent(address)}&on=${on ? 1 : 0}`);
      await database.askForTests(OWNERS);
    },
    "bounces-unreadable": async (on) => {
      const some = OWNERS.slice(0, 1);
      for (const address of await database.addressesOf(some))
        await post(inboxUrl, `/bouncing?address=${encodeURIComponent(address)}&on=${on ? 1 : 0}&as=words`);
      await database.askForTests(some);
    },
    "sign-ins-failing": async (on) => {
      clearInterval(signIns);
      const change = JSON.stringify({ target: PLATFORM, fault: "sign-in-down", on });
      await post(controlUrl, "/api/faults", change, "application/json");
      if (on) signIns = setInterval(() => void beginSignIn(), SIGN_IN_EVERY_MS).unref();
    },
    "sign-ins-without-capability": async (on) => {
      clearInterval(strangers);
      // What becomes of it is the rehearsal.
      const again = () => void parts.stranger.signInAgain().catch(() => {});
      if (on) strangers = setInterval(again, SIGN_IN_EVERY_MS).unref();
    },
    "requests-failing": visited("/api/signals/latency/series?range=1h", (on) =>
      parts.portalMetrics.setCut(on),
    ),
    "database-down": database.setShut,
    "relay-certificate-ending": async (on) => {
      await parts.relay.renewCertificate(on ? CERTIFICATE_ENDS_IN_MS : undefined);
      // Without a mail the worker would see it at its next look, within five minutes.
      await database.askForTests([CANARY]);
    },
    "foreign-answer": visited("/api/health", (on) =>
      parts.portalMetrics.lead(on ? parts.mixUpPort : parts.prometheusPort),
    ),
  };
}
