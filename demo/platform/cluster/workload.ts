import type { CapabilityId } from "../characters";
import { CHARACTERS } from "../characters";
import type { RevisionView, WorkloadView } from "../cluster-view";
import { FaultRefused } from "../faults";
import { revisionName } from "../scenario";
import { nextVersion } from "./versions";

/** A Deployment or a StatefulSet: its revisions, and what is changed in it. */
export class ClusterWorkload {
  readonly #revisions: RevisionView[];
  readonly #createdAtMs: number;
  #generation: number;
  /** By revision. */
  readonly #podsMade = new Map<string, number>();

  constructor(
    private readonly id: CapabilityId,
    past: Pick<WorkloadView, "createdAtMs" | "generation" | "revisions">,
  ) {
    this.#createdAtMs = past.createdAtMs;
    this.#generation = past.generation;
    this.#revisions = past.revisions.map((revision) => ({ ...revision }));
  }

  /** What its pods are to be of. */
  get current(): RevisionView {
    const [current] = this.#newestFirst();
    if (!current) throw new Error(`${this.id} has no revision.`);
    return current;
  }

  /** Rolls out the next patch version. @returns that version */
  deploy(nowMs: number): string {
    const version = nextVersion(this.#revisions.at(-1)?.version ?? "0.0.0");
    const name = revisionName(this.id, version);
    this.#revisions.push({ name, version, createdAtMs: nowMs, number: this.#nextNumber() });
    this.#generation += 1;
    return version;
  }

  /** Goes back to the revision before, as `kubectl rollout undo` does. @returns its version @throws FaultRefused without one */
  rollBack(): string {
    const [, before] = this.#newestFirst();
    if (!before) throw new FaultRefused(`${this.id} has no earlier version. Deploy first.`);
    before.number = this.#nextNumber();
    this.#generation += 1;
    return before.version;
  }

  /** How many pods the current revision has made before, counting this one from now on. */
  takeOrdinal(): number {
    const { name } = this.current;
    const ordinal = this.#podsMade.get(name) ?? 0;
    this.#podsMade.set(name, ordinal + 1);
    return ordinal;
  }

  view(): WorkloadView {
    return {
      capability: this.id,
      replicas: CHARACTERS[this.id].replicas,
      createdAtMs: this.#createdAtMs,
      generation: this.#generation,
      revisions: this.#revisions.map((revision) => ({ ...revision })),
    };
  }

  #newestFirst = (): RevisionView[] => [...this.#revisions].sort((a, b) => b.number - a.number);

  #nextNumber = (): number => (this.#newestFirst()[0]?.number ?? 0) + 1;
}
