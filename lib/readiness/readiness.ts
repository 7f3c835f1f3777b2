import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { catalogueStore } from "@/lib/catalogue/store";
import { EnvironmentError, environment } from "@/lib/infra/env";
import { openFilesShortage } from "@/lib/infra/open-files";
import { probePrometheus } from "@/lib/prometheus/probe";
import { createLiveness } from "./liveness";
import { type Readiness, readinessOf } from "./report";
import { readinessStore } from "./store";

/**
 * Asks everything that this process stands on, and reports what is missing: neither secrets nor hosts.
 * @param askProvider why nobody can sign in, asked where the environment is complete; null where they can
 */
export async function readReadiness(
  askProvider: () => Promise<string | null> = async () => null,
): Promise<Readiness> {
  const environmentFaults = faultsOfEnvironment();
  const [appliedMigrations, wantedMigrations, metricsFault, providerFault] = await Promise.all([
    readinessStore.readAppliedMigrations(),
    readWantedMigrations(),
    environmentFaults.length === 0 ? faultOfMetrics() : null,
    environmentFaults.length === 0 ? askProvider() : null,
  ]);
  const migrated = appliedMigrations !== null && appliedMigrations.length > 0;
  return readinessOf({
    environmentFaults,
    appliedMigrations,
    wantedMigrations,
    definitionsApplied: migrated && (await areDefinitionsApplied()),
    metricsFault,
    providerFault,
    openFilesFault: openFilesShortage(),
  });
}

function faultsOfEnvironment(): string[] {
  try {
    environment();
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message.split("\n");
    throw error;
  }
}

async function faultOfMetrics(): Promise<string | null> {
  const failure = await probePrometheus();
  return failure === null ? null : failure.message;
}

/** A bundle that this version can't read is as good as none: applying the definitions again mends both. */
function areDefinitionsApplied(): Promise<boolean> {
  return catalogueStore.readBundle().then(
    (bundle) => bundle !== null,
    () => false,
  );
}

let wantedMigrations: readonly string[] | null = null;

/** Those of this build, which don't change. A process that may open no more files can't read the folder. */
async function readWantedMigrations(): Promise<readonly string[]> {
  if (wantedMigrations === null) {
    const entries = await readdir(join(process.cwd(), "prisma", "migrations"), { withFileTypes: true });
    wantedMigrations = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  }
  return wantedMigrations;
}

/** Three times as long as a line that went silent takes to be given up and replaced. */
const STUCK_AFTER_MS = 60_000;

let answeredAtMs = performance.now();
/** Whether the database answers on the process's own connections. */
async function answersHere(): Promise<boolean> {
  const answers = await readinessStore.isDatabaseReachable();
  if (answers) answeredAtMs = performance.now();
  return answers;
}

const isAlive = createLiveness(
  {
    stuckMs: () => performance.now() - answeredAtMs,
    // Probes may be rare: what this process's own connections say comes first.
    isDatabaseReachable: async () => !(await answersHere()) && readinessStore.isAnsweringAnew(),
  },
  STUCK_AFTER_MS,
);

/** Whether a restart of the portal's process wouldn't help. Each probe asks the database by the process's own connections as well. */
export function isPortalAlive(): boolean {
  void answersHere();
  return isAlive();
}
