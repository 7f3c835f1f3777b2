import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What has to be ended and removed after a server, however far its start has come. */
export type CleanUp = {
  /** Makes a folder for temporary files, which is removed last. */
  folder(prefix: string): Promise<string>;
  /** Adds a step, which is done before those added earlier. */
  later(step: () => Promise<void>): void;
  /** Does all of it, once, whatever of it fails. @throws AggregateError of what failed */
  run(): Promise<void>;
};

export function createCleanUp(): CleanUp {
  const steps: (() => Promise<void>)[] = [];
  return {
    folder: async (prefix) => {
      const made = await mkdtemp(join(tmpdir(), prefix));
      steps.push(() => rm(made, { recursive: true, force: true }));
      return made;
    },
    later: (step) => {
      steps.push(step);
    },
    run: async () => {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).reverse()) await step().catch((error) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, "A server could not be cleaned up.");
    },
  };
}
