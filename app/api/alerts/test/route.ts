import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { refusal } from "@/lib/doorway/refusal";
import { isServing } from "@/lib/eviction/phase";
import { systemClock } from "@/lib/infra/clock";
import { testAlertStore } from "@/lib/test-alerts/store";
import { NOTHING_TO_TEST, TESTS_PER_HOUR } from "@/lib/test-alerts/test-alert";
import { answer } from "../../answering";
import { ownersRoute } from "../../owners-route";

/** The newest test alert of the session's tenant, and its outcome. */
export const GET = ownersRoute("/api/alerts/test", async ({ scope }) =>
  answer<"testAlert">({ test: await testAlertStore.readTestAlert(scope) }),
);

/** Asks for a test alert: it goes the way of every alert, through the worker, the outbox and the relay. */
export const POST = ownersRoute("/api/alerts/test", async ({ scope, tenant, owner }) => {
  const { leaving, timeZone, without } = tenant;
  if (!isServing(leaving, timeZone, systemClock.nowMs()))
    return refusal(409, "not_serving", NOTHING_TO_TEST.notServing);
  const { alerting } = await readAlerting(scope, without);
  if (alerting === null) return refusal(409, "no_worker", NOTHING_TO_TEST.noWorker);
  const asked = await testAlertStore.requestTestAlert(scope, owner.label);
  if (asked.ok) return answer<"testAlert">({ test: await testAlertStore.readTestAlert(scope) }, 202);
  const minutes = Math.max(1, Math.ceil((asked.againAtMs - systemClock.nowMs()) / 60_000));
  return refusal(
    429,
    "too_many_tests",
    `${TESTS_PER_HOUR} test alerts an hour are enough. The next one can be sent in ${minutes} min.`,
  );
});
