import type { ProcessFaults } from "../faults";

/** From a capability's process to its supervisor. */
export type FromCapability = { type: "listening"; port: number };
/** From the supervisor to a capability's process, over the same private channel: no fault can be asked for by HTTP. */
export type ToCapability = { type: "faults"; faults: ProcessFaults };
