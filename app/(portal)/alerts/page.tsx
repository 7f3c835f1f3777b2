import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AlertsScreen } from "@/components/alerts/alerts-screen";
import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { type Bundle, SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { outbox } from "@/lib/delivery/store";
import { isServing } from "@/lib/eviction/phase";
import { systemClock } from "@/lib/infra/clock";
import { testAlertStore } from "@/lib/test-alerts/store";
import { readAlertList } from "@/lib/views/alerts/read-alerts";
import { readSilence } from "@/lib/views/alerts/read-silence";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

const OTHER_MAILS = 10;

const querySchema = z.strictObject({
  signal: z.enum(SIGNAL_IDS).optional(),
  /** Where the page begins: when the last one of the page before fired, and its id. */
  after: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/)
    .transform((text) => {
      const [firedAtMs = "", id = ""] = text.split(".");
      return { firedAtMs: Number(firedAtMs), id };
    })
    .pipe(z.object({ firedAtMs: z.number().max(8.64e15), id: z.uuid() }))
    .optional(),
});

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Alerts · ${tenant.name}` };
}

async function AlertsPage({ scope, tenant }: Granted, { searchParams }: Props) {
  const query = querySchema.safeParse(await searchParams);
  if (!query.success) notFound();
  const { signal = null, after = null } = query.data;
  const nowMs = systemClock.nowMs();
  const { alerting, names, liveSinceMs } = await readAlerting(scope, tenant.without);
  const [bundle, list, silence, test, others] = await Promise.all([
    catalogueStore.readBundle(),
    readAlertList(scope, { signal, after }),
    alerting ? readSilence(scope, new Set(names.keys()), liveSinceMs, nowMs) : null,
    testAlertStore.readTestAlert(scope),
    outbox.mailsOfNone(scope, OTHER_MAILS),
  ]);
  const next = list.next && `${list.next.firedAtMs}.${list.next.id}`;
  return (
    <AlertsScreen
      tenantId={tenant.id}
      address={tenant.contactAddress}
      sendsAlerts={alerting !== null}
      isServing={isServing(tenant.leaving, tenant.timeZone, nowMs)}
      silence={silence}
      test={test}
      history={{
        alerts: list.alerts,
        titles: titlesOf(bundle),
        signal,
        nextHref:
          next === null ? null : `/alerts?${new URLSearchParams({ ...(signal && { signal }), after: next })}`,
        isFirstPage: after === null,
        nowMs,
      }}
      otherMails={others}
    />
  );
}

export default ownersPage(AlertsPage);

function titlesOf(bundle: Bundle | null): Record<SignalId, string> {
  return Object.fromEntries(SIGNAL_IDS.map((id) => [id, bundle?.signals[id].title ?? id])) as Record<
    SignalId,
    string
  >;
}
