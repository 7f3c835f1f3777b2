import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { catalogueStore } from "@/lib/catalogue/store";
import { EnvironmentError, environment } from "@/lib/infra/env";
import { probePrometheus } from "@/lib/prometheus/probe";
import { type Readiness, readinessOf } from "./report";
import { readinessStore } from "./store";

/** Asks everything that this process stands on, and reports what is missing: neither secrets nor hosts. */
export async function readReadiness(): Promise<Readiness> {
  const environmentFaults = faultsOfEnvironment();
  const [appliedMigrations, wantedMigrations, metricsFault] = await Promise.all([
    readinessStore.readAppliedMigrations(),
    readWantedMigrations(),
    environmentFaults.length === 0 ? faultOfMetrics() : null,
  ]);
  const migrated = appliedMigrations !== null && appliedMigrations.length > 0;
  return readinessOf({
    environmentFaults,
    appliedMigrations,
    wantedMigrations,
    definitionsApplied: migrated && (await areDefinitionsApplied()),
    metricsFault,
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

async function readWantedMigrations(): Promise<string[]> {
  const entries = await readdir(join(process.cwd(), "prisma", "migrations"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
