import type { Waiting } from "@/lib/evaluation/waiting";
import { partList } from "./sentence";

/** "container app of pod web-2 (ImagePullBackOff)", "pod web-3 (no node takes it)" */
export function waitingInWords({ pod, container, reason }: Waiting): string {
  if (container === null) return `pod ${pod} (no node takes it)`;
  return `container ${container} of pod ${pod} (${reason ?? "no reason given"})`;
}

/** "container app of pod web-2 (ImagePullBackOff) and 2 more" @param total where there are more than are given */
export const waitingList = (waiting: readonly Waiting[], total?: number): string =>
  partList(waiting.map(waitingInWords), total);
