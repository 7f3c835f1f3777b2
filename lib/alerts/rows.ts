import type { LineKey } from "@/lib/evaluation/effective";
import type { RowOf, ValuesOf } from "@/lib/infra/statement";
import type { Alert } from "./alert";
import type { OPEN_ALERTS, UPSERT_ALERTS } from "./statements";

/** A row of `episode`. Only this room writes them, so the shape of their JSON is known. */
export type AlertRow = RowOf<typeof OPEN_ALERTS>;

/** "latency" and "p95" of "latency/p95". */
export function partsOf(lineKey: LineKey): [signal: string, line: string] {
  const at = lineKey.indexOf("/");
  return [lineKey.slice(0, at), lineKey.slice(at + 1)];
}

const keyOf = (signal: string, line: string) => `${signal}/${line}` as LineKey;

export function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    lineKey: keyOf(row.signal, row.line),
    thread: {
      id: row.thread_id,
      lineKey: keyOf(row.thread_signal, row.thread_line),
      openedAtMs: row.thread_opened_at.getTime(),
    },
    breachedAtMs: row.breached_at.getTime(),
    firedAtMs: row.fired_at.getTime(),
    firedValue: row.fired_value,
    threshold: row.threshold as Alert["threshold"],
    worst: { value: row.worst, atMs: row.worst_at.getTime() },
    last:
      row.last_value === null || row.last_value_at === null
        ? null
        : { value: row.last_value, atMs: row.last_value_at.getTime() },
    missingSinceMs: row.missing_since?.getTime() ?? null,
    notified: row.told,
    hold: row.hold as Alert["hold"],
    reminders: row.reminders,
    ended:
      row.ended_at === null || row.end_reason === null
        ? null
        : { atMs: row.ended_at.getTime(), reason: row.end_reason },
  };
}

const dateOf = (atMs: number | null | undefined) =>
  atMs === null || atMs === undefined ? null : new Date(atMs);

/** The columns of UPSERT_ALERTS, in its order. */
export function alertColumns(alerts: readonly Alert[]): ValuesOf<typeof UPSERT_ALERTS> {
  const column = <T>(read: (alert: Alert) => T) => alerts.map(read);
  return [
    column(({ id }) => id),
    column(({ tenantId }) => tenantId),
    column(({ lineKey }) => partsOf(lineKey)[0]),
    column(({ lineKey }) => partsOf(lineKey)[1]),
    column(({ thread }) => thread.id),
    column(({ thread }) => partsOf(thread.lineKey)[0]),
    column(({ thread }) => partsOf(thread.lineKey)[1]),
    column(({ thread }) => dateOf(thread.openedAtMs)),
    column(({ breachedAtMs }) => dateOf(breachedAtMs)),
    column(({ firedAtMs }) => dateOf(firedAtMs)),
    column(({ firedValue }) => firedValue),
    column(({ threshold }) => JSON.stringify(threshold)),
    column(({ worst }) => worst.value),
    column(({ worst }) => dateOf(worst.atMs)),
    column(({ last }) => last?.value ?? null),
    column(({ last }) => dateOf(last?.atMs)),
    column(({ missingSinceMs }) => dateOf(missingSinceMs)),
    column(({ notified }) => notified),
    column(({ hold }) => (hold === null ? null : JSON.stringify(hold))),
    column(({ reminders }) => reminders),
    column(({ ended }) => dateOf(ended?.atMs)),
    column(({ ended }) => ended?.reason ?? null),
  ];
}
