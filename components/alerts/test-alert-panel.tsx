"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { secondaryButton, smallButton } from "@/components/ui/button";
import { getJson, PollError } from "@/components/ui/get-json";
import { postJson } from "@/components/ui/post-json";
import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import { isUnderWay, stageOf, type TestAlert } from "@/lib/test-alerts/test-alert";
import { deliveryWords } from "./mail-words";
import { stepsOf } from "./test-alert-steps";

const POLL_MS = 1_000;
/** What a relay accepted may still come back. */
const ACCEPTED_POLL_MS = 15_000;
/** A test alert: asked for here, sent the way of every alert, and followed until the relay has spoken. */
export function TestAlertPanel({
  tenantId,
  address,
  initial,
}: {
  tenantId: string;
  address: string;
  initial: TestAlert | null;
}) {
  const client = useQueryClient();
  const queryKey = [tenantId, "test-alert"];
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { data: test } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await getJson("/api/alerts/test", signal, "testAlert")).body.test,
    initialData: initial,
    staleTime: POLL_MS,
    refetchInterval: ({ state: { data } }) => {
      if (!data) return false;
      if (isUnderWay(data)) return POLL_MS;
      return stageOf(data) === "accepted" ? ACCEPTED_POLL_MS : false;
    },
  });
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof PollError ? error.message : "That did not work. Try again.");
    }
    await client.invalidateQueries({ queryKey });
    setBusy(false);
  };
  return (
    <div>
      <p className="text-sm text-ink-soft">
        A test alert goes to {address} through the same queue, worker, template and relay as a real one. At
        most three an hour.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <button
          type="button"
          disabled={busy}
          className={`${secondaryButton} disabled:opacity-60`}
          onClick={() => act(() => postJson("/api/alerts/test", "testAlert"))}
        >
          Send a test alert
        </button>
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      </div>
      <div role="status" aria-live="polite">
        {test && (
          <TestProgress
            test={test}
            busy={busy}
            onGotIt={() => act(() => postJson(`/api/alerts/mails/${test.id}/got-it`, "done"))}
          />
        )}
      </div>
    </div>
  );
}

const STEP_ICONS = { done: "ok", open: "unknown", refused: "firing" } as const;
const STEP_STATES = { done: ": done", open: ": not yet", refused: "" } as const;

function TestProgress({ test, busy, onGotIt }: { test: TestAlert; busy: boolean; onGotIt: () => void }) {
  const stage = stageOf(test);
  const { mail } = test;
  return (
    <div className="mt-4 rounded-xl border border-line p-3.5" data-test-stage={stage}>
      <p className="text-sm font-medium">
        Test of <Time atMs={test.requestedAtMs} style="day-clock" withZone />
      </p>
      <ol className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {stepsOf(stage).map(({ name, state }) => (
          <li
            key={name}
            className={`flex items-center gap-1.5 ${state === "open" ? "text-ink-soft" : "text-ink"}`}
          >
            <StatusIcon status={STEP_ICONS[state]} size={14} />
            {name}
            <span className="sr-only">{STEP_STATES[state]}</span>
          </li>
        ))}
      </ol>
      <p className="mt-2 break-words text-sm text-ink-soft">
        {mail ? deliveryWords(mail).words : "The worker has not taken it up yet."}
        {mail?.acceptedAtMs != null && stage === "accepted" && (
          <>
            {" "}
            Accepted <Time atMs={mail.acceptedAtMs} style="clock-seconds" withZone />. Whether it has arrived,
            only you can say.
          </>
        )}
        {mail?.gotItAtMs != null && (
          <>
            {" "}
            <Time atMs={mail.gotItAtMs} style="day-clock" withZone />
          </>
        )}
      </p>
      {stage === "accepted" && (
        <button type="button" disabled={busy} onClick={onGotIt} className={`${smallButton} mt-2.5`}>
          I got it
        </button>
      )}
    </div>
  );
}
