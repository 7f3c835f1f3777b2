import { SIGNAL_IDS, type SignalId } from "./bundle";
import { CANARY, type Component } from "./components";

const SERVING: readonly SignalId[] = ["availability", "latency", "error-rate"];
const NOT_LIMITS: readonly SignalId[] = SIGNAL_IDS.filter((signal) => signal !== "saturation");

/**
 * What a failure of each kind of component can cause, by its id. Requests pass an ingress or a network, and a sign-in is part of
 * some: none of them ends a container. A node or a volume can. None of the platform fills a resource up to the capability's own
 * limit, and a metrics store that fails leaves gaps rather than bad values.
 */
const CAUSES: Readonly<Record<string, readonly SignalId[]>> = {
  ingress: SERVING,
  network: SERVING,
  identity: SERVING,
  storage: NOT_LIMITS,
  nodes: NOT_LIMITS,
  "metrics-store": [],
  [CANARY]: SERVING,
};

/** The signals that a failing component can explain: as the definitions say, else by its kind, else all but limits. */
export const explainedSignals = ({ id, explains }: Pick<Component, "id" | "explains">): readonly SignalId[] =>
  explains ?? CAUSES[id] ?? NOT_LIMITS;
