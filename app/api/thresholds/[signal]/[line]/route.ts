import { after } from "next/server";
import { refusal } from "@/lib/doorway/refusal";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { systemClock } from "@/lib/infra/clock";
import { log } from "@/lib/infra/log";
import type { TenantScope } from "@/lib/tenant/scope";
import type { PreviewSummary } from "@/lib/thresholds/backtest";
import type { EditDraft, EditProblems } from "@/lib/thresholds/edit";
import { parseThresholdRequest, type ThresholdRequest } from "@/lib/thresholds/request";
import { type SaveResult, thresholdStore } from "@/lib/thresholds/store";
import type { ThresholdConflict, ThresholdLine } from "@/lib/thresholds/view";
import { inTimeForSave, readPreviewSummary } from "@/lib/views/thresholds/read-backtest";
import { readEditCheck } from "@/lib/views/thresholds/read-edit-check";
import { readThresholdLine, readThresholds } from "@/lib/views/thresholds/read-thresholds";
import { answer, failedAnswer } from "../../../answering";
import { ownersRoute } from "../../../owners-route";
import { noSuchLine } from "../../no-such-line";

const ROUTE = "/api/thresholds/[signal]/[line]";
type Line = { signal: string; line: string };

/**
 * Changes one line's threshold: sets it, goes back to the platform's default, or undoes the newest edit. It
 * takes effect with the evaluator's next cycle.
 * @returns the thresholds anew, with what couldn't be checked; 422 with the fault of each field; 409 with
 * what was saved meanwhile
 */
export const PUT = ownersRoute<Line>(ROUTE, async ({ request, params, scope, tenant, owner }) => {
  const parsed = parseThresholdRequest(await request.json().catch(() => null));
  if (!parsed.ok) return refusal(400, "invalid_request", parsed.message);
  if (parsed.request.pageOf !== scope.tenantId)
    return refusal(409, "other_session", "This browser is now signed in to another capability.");
  const line = await readThresholdLine(scope, tenant.without, params);
  if (!line) return noSuchLine();

  const wanted = await wantedBy(scope, line, parsed.request);
  if (!wanted) return refusal(404, "unknown_edit", "There is no such edit of this threshold.");
  const check = wanted.draft && (await readEditCheck(scope, line, wanted.draft, systemClock.nowMs()));
  const checked = check?.checked;
  if (checked && !checked.ok) return invalid(checked.problems);
  const to = checked?.edit ?? null;
  const judged = to ?? { ...line.default, enabled: true };
  const summary = judged.enabled
    ? readPreviewSummary(
        scope,
        line,
        { ...judged, worse: line.worse },
        parsed.request.range,
        systemClock.nowMs(),
      )
    : Promise.resolve(null);
  const preview = await inTimeForSave(summary);

  const saved = await thresholdStore.saveThreshold(scope, line, {
    to,
    expected: wanted.expected,
    by: owner.label,
    preview,
  });
  if (preview === "pending") recordLater(scope, saved, summary);
  if (saved.kind === "conflict") return conflict(saved, line, owner.label);
  const view = await readThresholds(scope, tenant.without);
  if (!view) return refusal(503, "no_definitions", WITHOUT_BUNDLE.message);
  return answer<"thresholds">({ ...view, ...(check?.unchecked && { unchecked: check.unchecked }) });
});

/** What was saved meanwhile, so that the owner can choose. */
function conflict(
  { current, last }: Extract<SaveResult, { kind: "conflict" }>,
  line: ThresholdLine,
  ownLabel: string,
): Response {
  const theirs: ThresholdConflict = {
    threshold: current
      ? { ...current, source: "owner" }
      : { ...line.default, enabled: true, version: 0, source: "default" },
    by: last?.by ?? null,
    atMs: last?.atMs ?? null,
    isOwn: last?.by === ownLabel,
  };
  const message = theirs.isOwn
    ? "You changed this threshold in another tab. Nothing was saved."
    : "Somebody else changed this threshold. Nothing was saved.";
  return failedAnswer(409, { code: "changed_meanwhile", message, theirs });
}

/** Adds the preview of a save that didn't wait for it to the audit trail. */
function recordLater(scope: TenantScope, saved: SaveResult, summary: Promise<PreviewSummary | null>): void {
  if (saved.kind !== "saved") return;
  const { id } = saved.edit;
  const recorded = summary.then((preview) => thresholdStore.recordPreview(scope, id, preview));
  after(
    recorded.catch((err: unknown) => log.error({ err }, "The preview of an edit could not be recorded.")),
  );
}

type Wanted = {
  draft: EditDraft | null;
  expected: { version: number } | { newestEdit: string };
};

async function wantedBy(
  scope: TenantScope,
  line: ThresholdLine,
  request: ThresholdRequest,
): Promise<Wanted | null> {
  switch (request.change) {
    case "set":
      return { draft: request.to, expected: { version: request.expectedVersion } };
    case "default":
      return { draft: null, expected: { version: request.expectedVersion } };
    case "undo": {
      const edit = await thresholdStore.readEdit(scope, request.edit);
      if (!edit || edit.signal !== line.signal || edit.line !== line.line) return null;
      return { draft: edit.from, expected: { newestEdit: edit.id } };
    }
  }
}

const invalid = (fields: EditProblems): Response =>
  failedAnswer(422, {
    code: "invalid_threshold",
    message: "This threshold can't be saved as it is.",
    fields,
  });
