import type { Alert } from "@/lib/alerts/alert";
import { partsOf } from "@/lib/alerts/rows";
import { type AlertCursor, alertStore } from "@/lib/alerts/store";
import { titleOf } from "@/lib/alerts/title";
import type { AlertView } from "@/lib/alerts/view";
import { attributionStore } from "@/lib/attribution/store";
import type { Side } from "@/lib/attribution/verdict";
import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import type { MailDelivery } from "@/lib/delivery/mail";
import { outbox } from "@/lib/delivery/store";
import type { TenantScope } from "@/lib/tenant/scope";

export const ALERTS_PER_PAGE = 20;

export type AlertListView = { alerts: AlertView[]; next: AlertCursor | null };

/** A page of the tenant's alerts, newest first, each with its mails. @throws where the database can't be asked */
export async function readAlertList(
  scope: TenantScope,
  {
    signal,
    after,
    limit = ALERTS_PER_PAGE,
  }: { signal: SignalId | null; after: AlertCursor | null; limit?: number },
): Promise<AlertListView> {
  const found = await alertStore.readAlertPage(scope, { signal, after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    alerts: await viewsOf(scope, shown),
    next: last ? { firedAtMs: last.firedAtMs, id: last.id } : null,
  };
}

/** One alert by its id or its thread's; null where this tenant has none. @param id a UUID */
export async function readAlertView(scope: TenantScope, id: string): Promise<AlertView | null> {
  const alert = await alertStore.readAlertOrThread(scope, id);
  if (!alert) return null;
  const [view] = await viewsOf(scope, [alert]);
  return view ?? null;
}

async function viewsOf(scope: TenantScope, alerts: readonly Alert[]): Promise<AlertView[]> {
  if (alerts.length === 0) return [];
  const threads = [...new Set(alerts.map(({ thread }) => thread.id))];
  const [bundle, mails, siblings, sides] = await Promise.all([
    catalogueStore.readBundle(),
    outbox.mailsOfAll(scope, threads),
    alertStore.readThreads(scope, threads),
    attributionStore.readSides(
      scope,
      alerts.map(({ id }) => id),
    ),
  ]);
  return alerts.map((alert) =>
    viewOf(
      alert,
      bundle,
      mails.filter(({ threadId }) => threadId === alert.thread.id),
      siblings.filter(({ id, thread }) => thread.id === alert.thread.id && id !== alert.id),
      sides.get(alert.id) ?? null,
    ),
  );
}

function viewOf(
  { id, lineKey, threshold: judgedBy, ...alert }: Alert,
  bundle: Bundle | null,
  mails: MailDelivery[],
  siblings: readonly Alert[],
  side: Side | null,
): AlertView {
  const [signal, line] = partsOf(lineKey) as [SignalId, string];
  const { worse, ...threshold } = judgedBy;
  const { breachedAtMs, firedAtMs, firedValue, worst, last, missingSinceMs, ended, hold } = alert;
  return {
    id,
    signal,
    line,
    title: titleOf(lineKey, bundle),
    unit: bundle?.signals[signal].lines.some((each) => each.id === line) ? bundle.signals[signal].unit : null,
    breachedAtMs,
    firedAtMs,
    firedValue,
    threshold,
    worse,
    worst,
    last,
    missingSinceMs,
    ended,
    hold,
    mails,
    side,
    together: siblings.map((sibling) => ({ id: sibling.id, title: titleOf(sibling.lineKey, bundle) })),
  };
}
