import { createHash } from "node:crypto";
import { uidOfPod } from "./cadvisor";
import {
  CAPABILITY_IDS,
  type CapabilityId,
  CHARACTERS,
  type Character,
  type NodeId,
  namespaceOf,
  nodeOfPod,
  type ResidentId,
} from "./characters";
import type { WorkloadView } from "./cluster-view";
import type { DemoJob } from "./jobs/job";
import { jobsAround } from "./jobs/jobs";

export type PastDeployment = { version: string; revision: string; createdAtMs: number };
export type PastRestart = { podIndex: number; atMs: number; reason: "OOMKilled" | "Error"; exitCode: number };
/** errors: `amount` is the share that fails. slow: `amount` multiplies every duration. down: probes fail, nothing is served. */
export type ScenarioAlert = {
  kind: "errors" | "slow" | "down";
  fromMs: number;
  toMs: number;
  amount: number;
};

export type PastCapability = {
  deployments: [PastDeployment, ...PastDeployment[]];
  restarts: PastRestart[];
  alerts: ScenarioAlert[];
};

/** The week before the demo starts: what happened, and when. */
export type Past = {
  fromMs: number;
  toMs: number;
  /** Prometheus itself was away: no series has a sample in it. */
  gap: { fromMs: number; toMs: number };
  capabilities: Record<ResidentId, PastCapability>;
  /** Migrations: some are over, some go on. */
  jobs: DemoJob[];
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Makes up the week that ends at `nowMs`. The last hour is quiet, so that the demo starts healthy and every fault on the
 * page is one that somebody switched on.
 */
export function pastBefore(nowMs: number): Past {
  const ago = (ms: number) => nowMs - ms;
  const alert = (kind: ScenarioAlert["kind"], agoMs: number, lengthMs: number, amount: number) => ({
    kind,
    fromMs: ago(agoMs),
    toMs: ago(agoMs - lengthMs),
    amount,
  });
  return {
    fromMs: ago(7 * DAY),
    toMs: nowMs,
    jobs: jobsAround(nowMs),
    gap: { fromMs: ago(5 * DAY + 3 * HOUR), toMs: ago(5 * DAY + 2 * HOUR + 20 * MINUTE) },
    capabilities: {
      photos: {
        deployments: deployments(CHARACTERS.photos, [9 * DAY, 3 * DAY + 5 * HOUR, 22 * HOUR].map(ago)),
        restarts: [],
        alerts: [alert("slow", 30 * HOUR, HOUR, 9)],
      },
      tickets: {
        deployments: deployments(
          CHARACTERS.tickets,
          [11 * DAY, 4 * DAY + 2 * HOUR, 2 * DAY + 7 * HOUR].map(ago),
        ),
        restarts: [{ podIndex: 1, atMs: ago(9 * HOUR + 12 * MINUTE), reason: "OOMKilled", exitCode: 137 }],
        alerts: [
          alert("errors", 2 * DAY + 7 * HOUR - 3 * MINUTE, 25 * MINUTE, 0.22),
          alert("errors", 3 * HOUR + 40 * MINUTE, 14 * MINUTE, 0.11),
          alert("down", 4 * DAY + 9 * HOUR, 6 * MINUTE, 1),
        ],
      },
      weather: {
        deployments: deployments(CHARACTERS.weather, [20 * DAY, 5 * DAY + 20 * HOUR].map(ago)),
        restarts: [{ podIndex: 0, atMs: ago(31 * HOUR), reason: "Error", exitCode: 1 }],
        alerts: [alert("down", 31 * HOUR, 3 * MINUTE, 1)],
      },
      canary: {
        deployments: deployments(CHARACTERS.canary, [ago(30 * DAY)]),
        restarts: [],
        alerts: [],
      },
    },
  };
}

function deployments(character: Character, createdAtMs: number[]): [PastDeployment, ...PastDeployment[]] {
  const made = character.versions.map((version, index) => ({
    version,
    revision: revisionName(character.id, version),
    createdAtMs: createdAtMs[index] ?? 0,
  }));
  return made as [PastDeployment, ...PastDeployment[]];
}

/** A workload after the deployments up to an instant: its revisions, and how often it was changed. */
export function workloadBefore(
  made: readonly PastDeployment[],
  atMs: number,
): Pick<WorkloadView, "createdAtMs" | "generation" | "revisions"> {
  const revisions = made
    .filter(({ createdAtMs }) => createdAtMs <= atMs)
    .map(({ version, revision, createdAtMs }, nth) => ({
      name: revision,
      version,
      createdAtMs,
      number: nth + 1,
    }));
  return { createdAtMs: made[0]?.createdAtMs ?? atMs, generation: revisions.length, revisions };
}

export type PastPod = {
  name: string;
  uid: string;
  index: number;
  node: NodeId;
  version: string;
  revision: string;
  fromMs: number;
  /** Infinity for those that live on when the demo starts. */
  toMs: number;
  restarts: PastRestart[];
};

/** The pods that lived in the week, oldest first. */
export function podsOf(past: Past, id: ResidentId): PastPod[] {
  const character = CHARACTERS[id];
  const { deployments: made, restarts } = past.capabilities[id];
  return made.flatMap((deployment, nth) => {
    const fromMs = Math.max(past.fromMs, deployment.createdAtMs);
    const toMs = made[nth + 1]?.createdAtMs ?? Number.POSITIVE_INFINITY;
    return Array.from({ length: character.replicas }, (_, index) => ({
      ...podNamed(id, deployment.revision, { slot: index, ordinal: index }),
      index,
      node: nodeOfPod(character, index),
      version: deployment.version,
      revision: deployment.revision,
      fromMs,
      toMs,
      restarts: restarts.filter(
        (restart) => restart.podIndex === index && restart.atMs >= fromMs && restart.atMs < toMs,
      ),
    }));
  });
}

export function pastPods(past: Past): { id: ResidentId; pod: PastPod }[] {
  return CAPABILITY_IDS.flatMap((id) => podsOf(past, id).map((pod) => ({ id, pod })));
}

/** `photos-7c5f9d4b8`: named after what is deployed, as a ReplicaSet and a StatefulSet's revision are, in history and live alike. */
export function revisionName(id: CapabilityId, version: string): string {
  return `${id}-${hashLetters(`${id} ${version}`, 9)}`;
}

/**
 * The name and the uid of a pod. A StatefulSet names its pods by their places.
 * @param place the place that the pod fills, and how many pods its revision had made before, both from 0
 */
export function podNamed(
  id: CapabilityId,
  revision: string,
  { slot, ordinal }: { slot: number; ordinal: number },
): { name: string; uid: string } {
  const made = `${revision}-${hashLetters(`${revision} ${ordinal}`, 5)}`;
  const name = CHARACTERS[id].workload === "StatefulSet" ? `${id}-${slot}` : made;
  return { name, uid: uidOfPod(namespaceOf(id), made) };
}

/** Letters and digits that make no words, the alphabet that Kubernetes uses for such names. */
function hashLetters(text: string, length: number): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const digest = createHash("sha256").update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join("");
}
