import type { Sample } from "@/lib/prometheus/answer";
import type { CapabilityEvent, Runtime } from "./view";

/** What runs now, as it came: null where it could not be asked. */
export type RuntimeSamples = {
  images: Sample[] | null;
  replicasWanted: Sample[] | null;
  replicasReady: Sample[] | null;
  replicasUpdated: Sample[] | null;
  /** Deployments, oldest first. */
  deployments: CapabilityEvent[] | null;
};

/**
 * What runs now (T13). A part that was not asked, or not answered, is null.
 *
 * Rolling out means that fewer replicas than wanted are of the newest version: a replica that isn't ready may have crashed,
 * and says nothing about a roll-out.
 */
export function runtimeOf(samples: RuntimeSamples): Runtime {
  const wanted = only(samples.replicasWanted);
  const ready = only(samples.replicasReady);
  const updated = only(samples.replicasUpdated);
  const last = samples.deployments?.findLast((event) => event.kind === "deployment");
  return {
    versions: versionsOf(samples.images),
    replicas: wanted === null && ready === null && updated === null ? null : { ready, wanted, updated },
    rollingOut: wanted === null || updated === null ? null : updated < wanted,
    lastDeployment: last ? { version: last.version, atMs: last.atMs } : null,
  };
}

function only(samples: Sample[] | null): number | null {
  const value = samples?.[0]?.value;
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/**
 * The versions that run, sorted: the tag alone where all containers share one image name, else name and tag.
 * @returns null where nothing is known to run
 */
function versionsOf(images: Sample[] | null): string[] | null {
  const parsed = (images ?? []).flatMap(({ labels }) => (labels.image ? [parseImage(labels.image)] : []));
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
