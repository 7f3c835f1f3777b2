import { strayParameter } from "@/lib/evaluation/series-request";
import { isRunId } from "./runs";

export type RunRequest =
  | { ok: true; runId: string | null }
  | { ok: false; code: "unknown_parameter" | "unknown_run"; message: string };

/** Parses what a browser may say about a migration: one run by its id, or nothing. */
export function parseRunRequest(parameters: URLSearchParams): RunRequest {
  const stray = strayParameter(parameters, ["run"]);
  if (stray) return { ok: false, code: "unknown_parameter", message: stray };
  const [runId, ...others] = parameters.getAll("run");
  if (runId === undefined) return { ok: true, runId: null };
  if (others.length === 0 && isRunId(runId)) return { ok: true, runId };
  return {
    ok: false,
    code: "unknown_run",
    message: "Ask for one run with ?run=, as the list of runs names it.",
  };
}

export const NO_SUCH_RUN = "There is no such run, or it is no longer remembered.";
