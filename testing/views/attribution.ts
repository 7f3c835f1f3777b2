import type { Hold } from "@/lib/attribution/hold";
import type { Reason } from "@/lib/attribution/reason";
import type { Verdict } from "@/lib/attribution/verdict";
import type { AttributedAlert, AttributionView } from "@/lib/attribution/view";
import { MINUTE_MS, NOW_MS } from "./health";

/** A reason for each place that a reason can lead to. */
export const REASONS: Record<Reason["target"]["kind"], Reason> = {
  component: {
    kind: "component-failing",
    side: "platform",
    sentence: "Ingress (node-a) was failing at onset.",
    target: { kind: "component", component: "ingress" },
  },
  event: {
    kind: "deployment",
    side: "yours",
    sentence: "Version 1.4.2 was deployed 3 minutes before.",
    target: { kind: "event", event: "deployment", atMs: NOW_MS - 17 * MINUTE_MS },
  },
  signal: {
    kind: "saturated",
    side: "yours",
    sentence: "Memory was at 97 % of its limit.",
    target: { kind: "signal", signal: "saturation" },
  },
};

export function verdictView(side: Verdict["side"], change: Partial<Verdict> = {}): Verdict {
  return {
    side,
    sentence: `A sentence about ${side}.`,
    reasons: Object.values(REASONS),
    wouldDecide: side === "unclear" ? "Your own logs would decide it." : null,
    ...change,
  };
}

/** A hold that goes on. */
export function holdView(change: Partial<Hold> = {}): Hold {
  return {
    sinceMs: NOW_MS - 14 * MINUTE_MS,
    untilMs: NOW_MS + 46 * MINUTE_MS,
    components: ["Ingress"],
    issue: 12,
    overSinceMs: null,
    ended: null,
    ...change,
  };
}

export function attributedAlert(change: Partial<AttributedAlert> = {}): AttributedAlert {
  return {
    alertId: "0b5e",
    lineKey: "error-rate/error-rate",
    name: "error rate",
    breachedAtMs: NOW_MS - 19 * MINUTE_MS,
    firedAtMs: NOW_MS - 14 * MINUTE_MS,
    hold: null,
    verdict: { ...verdictView("yours"), atMs: NOW_MS - 14 * MINUTE_MS },
    keptSide: null,
    ...change,
  };
}

/** No alert, and a platform that works. */
export function attributionView(change: Partial<AttributionView> = {}): AttributionView {
  return {
    tenantId: "photos",
    asOfMs: NOW_MS,
    alerts: [],
    platform: {
      components: [
        { id: "ingress", name: "Ingress", parts: [], state: "ok" },
        { id: "nodes", name: "Nodes", parts: ["node-a"], state: "ok" },
      ],
    },
    ...change,
  };
}
