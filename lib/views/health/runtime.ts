import type { CapabilityEvent } from "@/lib/evaluation/event";
import { waitingOf } from "@/lib/evaluation/waiting";
import { visibleText } from "@/lib/infra/hidden-characters";
import type { Answer, Sample } from "@/lib/prometheus/answer";
import type { Runtime } from "./view";

/** What was asked about what runs now, each part with its own answer. */
export type RuntimeAnswers = {
  images: Answer<Sample[]>;
  replicasWanted: Answer<Sample[]>;
  replicasReady: Answer<Sample[]>;
  replicasUpdated: Answer<Sample[]>;
  /** Deployments, oldest first. */
  deployments: Answer<CapabilityEvent[]>;
  /** null or absent: the bundle has no question for it. */
  waiting?: Answer<Sample[]> | null;
};

/**
 * What runs now (T13). If a query fails, the part is the last known one, or null without one; then `lastKnown` says why
 * and since when.
 *
 * Rolling out means that fewer replicas than wanted are of the newest version: a replica that isn't ready may have crashed,
 * and says nothing about a roll-out.
 */
export function runtimeOf(answers: RuntimeAnswers): Runtime {
  const wanted = only(answers.replicasWanted);
  const ready = only(answers.replicasReady);
  const updated = only(answers.replicasUpdated);
  const last = known(answers.deployments)?.findLast((event) => event.kind === "deployment");
  return {
    versions: versionsOf(known(answers.images)),
    replicas: wanted === null && ready === null && updated === null ? null : { ready, wanted, updated },
    rollingOut: wanted === null || updated === null ? null : updated < wanted,
    lastDeployment: last ? { version: last.version, atMs: last.atMs } : null,
    ...(answers.waiting && waitingIn(known(answers.waiting) ?? [])),
    lastKnown: lastKnownOf(Object.values(answers).filter((answer) => answer != null)),
  };
}

function waitingIn(samples: readonly Sample[]): Pick<Runtime, "waiting" | "waitingTotal"> {
  const { waiting, total } = waitingOf(samples);
  if (total === 0) return {};
  return { waiting, ...(total > waiting.length && { waitingTotal: total }) };
}

function known<T>(answer: Answer<T>): T | null {
  return answer.ok ? answer.data : (answer.last?.data ?? null);
}

/** null where every part was answered. A part that was never known dates nothing. */
function lastKnownOf(answers: readonly Answer<unknown>[]): Runtime["lastKnown"] {
  const failed = answers.filter((answer) => !answer.ok);
  const [first] = failed;
  if (!first) return null;
  const times = failed.flatMap(({ last }) => (last ? [last.atMs] : []));
  return { reason: first.failure, asOfMs: times.length > 0 ? Math.min(...times) : null };
}

function only(answer: Answer<Sample[]>): number | null {
  const value = known(answer)?.[0]?.value;
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/**
 * The versions that run, sorted: the tag alone where all containers share one image name, else name and tag.
 * @returns null where nothing is known to run
 */
function versionsOf(images: Sample[] | null): string[] | null {
  const parsed = (images ?? []).flatMap(({ labels }) =>
    labels.image ? [parseImage(visibleText(labels.image))] : [],
  );
  if (parsed.length === 0) return null;
  const oneName = new Set(parsed.map(({ name }) => name)).size === 1;
  const versions = parsed.map(({ name, version }) => (oneName ? version : `${name} ${version}`));
  return [...new Set(versions)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** registry:5000/team/photos:1.4.2 is photos, 1.4.2. A digest without a tag is cut to twelve digits. */
function parseImage(image: string): { name: string; version: string } {
  const [reference = image, digest] = image.split("@");
  const path = reference.slice(reference.lastIndexOf("/") + 1);
  const [name = path, tag] = path.split(":");
  if (tag) return { name, version: tag };
  if (digest) return { name, version: digest.replace(/^sha256:/, "").slice(0, 12) };
  return { name, version: "latest" };
}
