import { visibleText } from "@/lib/infra/hidden-characters";

/** What keeps a pod from running. Both others are null where no node takes the pod, which has no container yet. */
export type Waiting = { pod: string; container: string | null; reason: string | null };

/** What waits, as far as it is listed. */
export type ListedWaiting = { waiting: Waiting[]; total: number };

/** So many are listed: a name each would fill a page. */
const WAITING_AT_MOST = 20;
/** A name from outside may be of any length; Kubernetes' have at most 253 characters. */
const LENGTH_AT_MOST = 253;

/**
 * What waits, by pod and container, each with one reason: a back-off before others in the window, since it says that it goes on.
 * @param samples of one tenant: the answer to the bundle's `runtime.waiting`
 */
export function waitingOf(samples: readonly { labels: Readonly<Record<string, string>> }[]): ListedWaiting {
  const byContainer = new Map<string, Waiting>();
  for (const { labels } of samples) {
    const { namespace, pod = "", container = "", reason = "" } = labels;
    const key = JSON.stringify([namespace, pod, container]);
    if (byContainer.get(key)?.reason?.endsWith("BackOff")) continue;
    byContainer.set(key, {
      pod: seen(pod),
      container: seen(container) || null,
      reason: seen(reason) || null,
    });
  }
  const all = [...byContainer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  return { waiting: all.slice(0, WAITING_AT_MOST), total: all.length };
}

const seen = (name: string) => visibleText(name.slice(0, LENGTH_AT_MOST));
