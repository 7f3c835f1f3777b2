import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { isServing } from "@/lib/eviction/phase";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readTestAlert, requestTestAlert } from "@/lib/test-alerts/store";
import { NOTHING_TO_TEST, TESTS_PER_HOUR } from "@/lib/test-alerts/test-alert";
import { answer, answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

/** The newest test alert of the session's tenant, and what became of it. */
export const GET = answering("/api/alerts/test", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  return answer({ test: await readTestAlert(access.scope) });
});

/** Asks for a test alert: it goes the way of every alert, through the worker, the outbox and the relay. */
export const POST = answering("/api/alerts/test", async () => {
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const { leaving, timeZone, without } = access.tenant;
  if (!isServing(leaving, timeZone, systemClock.nowMs()))
    return refusal(409, "not_serving", NOTHING_TO_TEST.notServing);
  const { alerting } = await readAlerting(access.scope, without);
  if (alerting === null) return refusal(409, "no_worker", NOTHING_TO_TEST.noWorker);
  const asked = await requestTestAlert(access.scope, access.owner.label);
  if (asked.ok) return answer({ test: await readTestAlert(access.scope) }, 202);
  const minutes = Math.max(1, Math.ceil((asked.againAtMs - systemClock.nowMs()) / 60_000));
  return refusal(
    429,
    "too_many_tests",
    `${TESTS_PER_HOUR} test alerts an hour are enough. The next one can be sent in ${minutes} min.`,
  );
});
