import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { evictionAt, LEAVING_TENANT } from "./calendar/steps";
import { demoBundle } from "./platform/bundle";
import { DEMO_COMPONENTS } from "./platform/components";
import { MIGRATIONS } from "./platform/jobs/definitions";
import { EVICTION_ISSUE } from "./repository/issues";

/** The migration that the operator runs for a tenant of the demo, with its issue. */
function migrationsOf(id: string, repositoryUrl: string): { migrations?: object[] } {
  const migration = Object.entries(MIGRATIONS).find(([capability]) => capability === id)?.[1];
  if (!migration) return {};
  const issueUrl = `${repositoryUrl}/issues/${migration.issue}`;
  return { migrations: [{ ...migration.definition, issueUrl }] };
}

type Tenant = {
  id: string;
  name: string;
  timeZone: string;
  issue: number;
  state?: "onboarding" | "ended";
};

const TENANTS: Tenant[] = [
  { id: "photos", name: "Photo Library", timeZone: "Europe/Berlin", issue: 11 },
  { id: "tickets", name: "Ticket Desk", timeZone: "America/New_York", issue: 14 },
  { id: "weather", name: "Weather Station", timeZone: "Asia/Tokyo", issue: 17 },
  { id: "canary", name: "Canary", timeZone: "Europe/Berlin", issue: 2 },
  // Nothing is measured of it. It is there to leave: demo/calendar walks it through all phases.
  { id: LEAVING_TENANT, name: "Pottery Class", timeZone: "Europe/Berlin", issue: 33 },
];

/** Tenants that only the walks need: two that the portal must refuse, and live ones without any measurement. */
const WALKS_TENANTS: Tenant[] = [
  { id: "library", name: "Town Library", timeZone: "Europe/Berlin", issue: 23, state: "onboarding" },
  { id: "archive", name: "City Archive", timeZone: "Europe/Berlin", issue: 5, state: "ended" },
  { id: "ghost", name: "Ghost Writer", timeZone: "Europe/Berlin", issue: 29 },
  { id: "orchard", name: "Orchard Shop", timeZone: "Europe/Berlin", issue: 30 },
  { id: "market", name: "Night Market", timeZone: "Europe/Berlin", issue: 31 },
  { id: "lantern", name: "Lantern Lab", timeZone: "America/New_York", issue: 34 },
];

const EXPORT_TOOL = {
  url: "https://export.platform.example/",
  documentationUrl: "https://wiki.platform.example/export",
  layout: "one folder for each kind of record, and a list of all files with their checksums",
  formats: "JSON for records, files as they were uploaded, in a tar archive",
  contains: "all records and files of your capability",
  leavesOut: "logs, metrics, and what was deleted before",
  takes: "ten minutes for each gigabyte",
};

/**
 * Writes the operator's definitions for this run: the links lead to this run's ports.
 * @param walks whether the tenants that only the walks need are among them
 * @returns the folder, for DEFINITIONS_DIR
 */
export async function writeDefinitions(options: {
  dataDir: string;
  /** Where each capability is reached in this run, by tenant. */
  capabilityUrls: Record<string, string>;
  /** The operator's repository of this run. */
  repositoryUrl: string;
  walks: boolean;
}): Promise<string> {
  const folder = path.join(options.dataDir, "definitions");
  const tenants = options.walks ? [...TENANTS, ...WALKS_TENANTS] : TENANTS;
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, "tenants"), { recursive: true });
  for (const { id, name, timeZone, issue, state = "live" } of tenants) {
    const definition = {
      id,
      name,
      contactAddress: `owner@${id}.example`,
      timeZone,
      onboardingIssueUrl: `${options.repositoryUrl}/issues/${issue}`,
      state,
      links: { capability: options.capabilityUrls[id] },
      ...migrationsOf(id, options.repositoryUrl),
      ...(id === LEAVING_TENANT && {
        leaving: {
          eviction: {
            ...evictionAt("announced", Date.now()),
            issueUrl: `${options.repositoryUrl}/issues/${EVICTION_ISSUE}`,
          },
          exportTool: { contains: "all courses, their bookings and the pictures of what was made" },
        },
      }),
    };
    await writeFile(path.join(folder, "tenants", `${id}.yaml`), stringify(definition));
  }
  const platform = {
    name: "Demo platform",
    infraRepositoryUrl: options.repositoryUrl,
    exportTool: EXPORT_TOOL,
  };
  await writeFile(path.join(folder, "platform.yaml"), stringify(platform));
  await writeFile(path.join(folder, "bundle.yaml"), demoBundle());
  await writeFile(path.join(folder, "components.yaml"), stringify(DEMO_COMPONENTS));
  return folder;
}
