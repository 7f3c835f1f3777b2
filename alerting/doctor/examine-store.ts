import { type CommandResult, readFolder } from "@/lib/definitions/commands";
import { presetMetrics } from "@/lib/definitions/extend-bundle";
import { readDefaultBundle } from "@/lib/definitions/read-definitions";
import { prometheusAddress, tenantLabel } from "@/lib/infra/env";
import { createSurvey } from "@/lib/prometheus/survey";
import { PrometheusSettingsError } from "@/lib/prometheus/transport";
import { diagnose, draftTenants } from "./diagnose";
import type { Diagnosis } from "./diagnose-setup";
import { lookAtStore } from "./look-at-store";

const unusable = (problem: string): CommandResult => ({
  outcome: "unusable",
  lines: [],
  problems: [problem],
});

/**
 * Says what the metrics store has for the definitions, and what it doesn't.
 * @param folder undefined: the default bundle, and the label's values as tenants
 * @param url undefined: PROMETHEUS_URL. Token and tenant header come from the environment
 * @param draft prints a tenants.yaml to begin with instead
 * @returns refused where something is wrong
 * @throws EnvironmentError when the environment can't be used
 */
export async function examineStore({
  folder,
  url,
  draft,
  nowMs,
}: {
  folder: string | undefined;
  url: string | undefined;
  draft: boolean;
  nowMs: number;
}): Promise<CommandResult> {
  const label = tenantLabel();
  const read = folder === undefined ? null : await readFolder(folder);
  if (read && !read.ok) return read.result;
  const bundle = read ? read.definitions.bundle : await readDefaultBundle();
  const address = prometheusAddress(url);
  let survey: ReturnType<typeof createSurvey>;
  try {
    survey = createSurvey(address);
  } catch (error) {
    if (!(error instanceof PrometheusSettingsError)) throw error;
    return unusable(error.message);
  }
  const atMs = nowMs - bundle.scrapeIntervalSeconds * 1000;
  const looked = await lookAtStore(survey, bundle, { label, atMs });
  if (!looked.ok)
    return unusable(`The store at ${hostOf(address.url)} can't be asked: ${looked.code}. ${looked.detail}`);
  if (draft) return { outcome: "done", lines: [draftTenants(looked.data).trimEnd()], problems: [] };
  const diagnoses = diagnose(looked.data, {
    tenants: read ? read.definitions.tenants.filter(({ state }) => state === "live") : null,
    tenantLabel: label,
    scrapeIntervalSeconds: bundle.scrapeIntervalSeconds,
    presets: await presetMetrics(label),
  });
  return resultOf(diagnoses);
}

/** The host alone: an address may hold a password. */
const hostOf = (url: string) => new URL(url).host;

const MARKS: Record<Diagnosis["kind"], string> = { good: "ok   ", note: "note ", wrong: "WRONG" };

function resultOf(diagnoses: readonly Diagnosis[]): CommandResult {
  const lines = diagnoses.map(({ kind, message }) => `${MARKS[kind]} ${message}`);
  const count = diagnoses.filter(({ kind }) => kind === "wrong").length;
  if (count === 0)
    return { outcome: "done", lines: [...lines, "The store has what the bundle needs."], problems: [] };
  return {
    outcome: "refused",
    lines,
    problems: [`${count} ${count === 1 ? "thing is" : "things are"} wrong.`],
  };
}
