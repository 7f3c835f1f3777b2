import { z } from "zod";
import { CAPABILITY_IDS, NODE_IDS, type NodeId, type ResidentId } from "./characters";

/** What can be done to a capability. All but `deploy` and `rollback` are switched on and off; these two happen once. */
export const CAPABILITY_FAULTS = [
  "errors",
  "slowness",
  "memory-leak",
  "crash-loop",
  "init-crash-loop",
  "no-traffic",
  "deploy",
  "rollback",
] as const;
export type CapabilityFault = (typeof CAPABILITY_FAULTS)[number];
const ONCE = ["deploy", "rollback"] as const;
export type LastingFault = Exclude<CapabilityFault, (typeof ONCE)[number]>;
/** Whether the fault is switched on and off. */
export const isLasting = (fault: string): fault is LastingFault => !among(ONCE, fault);

/** What can happen to a node. */
export const NODE_FAULTS = ["node-down", "kubelet-unreachable"] as const;
export type NodeFault = (typeof NODE_FAULTS)[number];

/** What can happen to the parts that all capabilities share. */
export const PLATFORM_FAULTS = [
  "ingress-errors",
  "storage-slow",
  "all-at-once",
  "sign-in-down",
  "second-kube-state-metrics",
] as const;
export type PlatformFault = (typeof PLATFORM_FAULTS)[number];
/** The target of such a fault. */
export const PLATFORM = "platform";

export const FAULT_TEXTS: Record<
  CapabilityFault | PlatformFault | NodeFault,
  { label: string; effect: string }
> = {
  errors: { label: "Errors", effect: "Three of ten requests are answered with a 5xx status." },
  slowness: { label: "Slowness", effect: "Every request takes more than a second longer." },
  "memory-leak": {
    label: "Memory leak",
    effect: "Memory grows until the limit, then the container is killed.",
  },
  "crash-loop": {
    label: "Crash loop",
    effect: "The process ends with exit code 3 each time that it starts.",
  },
  "no-traffic": { label: "No traffic", effect: "Nobody sends requests. Probes go on." },
  "init-crash-loop": {
    label: "Init crash loop",
    effect:
      "The next version is rolled out, and the init container of its pods fails. A Deployment's old pods serve on.",
  },
  deploy: { label: "Deploy", effect: "The next version replaces the pods, one by one." },
  rollback: { label: "Rollback", effect: "The version before replaces the pods again, one by one." },
  "node-down": { label: "Node down", effect: "The node, its pods and its exporters vanish." },
  "kubelet-unreachable": {
    label: "Kubelet unreachable",
    effect:
      "Prometheus can't scrape the node's kubelet. The pods run on, and kube-state-metrics reports them.",
  },
  "ingress-errors": {
    label: "Ingress errors",
    effect: "The ingress answers every second request itself, with an error.",
  },
  "storage-slow": {
    label: "Storage slow",
    effect: "A write takes seconds, and every request waits for one.",
  },
  "all-at-once": {
    label: "All at once",
    effect: "Every capability fails in the same minute, and no component shows why.",
  },
  "second-kube-state-metrics": {
    label: "Second kube-state-metrics",
    effect: "Two kube-state-metrics report the same objects. Switched off, only the newer one is left.",
  },
  "sign-in-down": {
    label: "Sign-in down",
    effect:
      "The identity provider answers with errors. Nobody can sign in; who is signed in keeps access for up to an hour.",
  },
};

export type FaultChange =
  | { target: ResidentId; fault: CapabilityFault; on: boolean }
  | { target: NodeId; fault: NodeFault; on: boolean }
  | { target: typeof PLATFORM; fault: PlatformFault; on: boolean };

export class FaultRefused extends Error {
  override name = "FaultRefused";
}

const changeSchema = z.strictObject({
  target: z.string(),
  fault: z.string(),
  on: z
    .union([z.boolean(), z.enum(["on", "off", "true", "false", ""])])
    .optional()
    .transform((on) => on !== false && on !== "off" && on !== "false"),
});

const among = <T extends string>(list: readonly T[], text: string): text is T =>
  (list as readonly string[]).includes(text);

/**
 * Reads a change from a command line, a form or a JSON body.
 * @throws FaultRefused with a sentence that names the wrong word and lists the right ones
 */
export function parseFaultChange(input: unknown): FaultChange {
  const parsed = changeSchema.safeParse(input);
  if (!parsed.success) {
    throw new FaultRefused("A change has a target, a fault, and on or off, such as: photos errors on.");
  }
  const { target, fault, on } = parsed.data;
  if (among(NODE_IDS, target)) {
    if (!among(NODE_FAULTS, fault)) {
      throw new FaultRefused(`"${fault}" can't happen to a node. Faults: ${NODE_FAULTS.join(", ")}.`);
    }
    return { target, fault, on };
  }
  if (target === PLATFORM) {
    if (!among(PLATFORM_FAULTS, fault)) {
      throw new FaultRefused(
        `"${fault}" can't happen to the platform as a whole. It knows: ${PLATFORM_FAULTS.join(", ")}.`,
      );
    }
    return { target: PLATFORM, fault, on };
  }
  if (!among(CAPABILITY_IDS, target)) {
    throw new FaultRefused(
      `"${target}" is not part of this platform. Targets: ${[...CAPABILITY_IDS, ...NODE_IDS, PLATFORM].join(", ")}.`,
    );
  }
  if (!among(CAPABILITY_FAULTS, fault)) {
    throw new FaultRefused(
      `"${fault}" can't happen to a capability. Faults: ${CAPABILITY_FAULTS.join(", ")}.`,
    );
  }
  if (!isLasting(fault) && !on) {
    throw new FaultRefused(
      `A ${fault === "deploy" ? "deployment" : "rollback"} can't be switched off; deploy again.`,
    );
  }
  return { target, fault, on };
}

const GUESTS = ["routed", "unrouted", "gone"] as const;
/** Whether the guest is here, and whether its ingress has a route to it: without one nobody reaches it, though it runs. */
export type Guest = (typeof GUESTS)[number];

const guestSchema = z.strictObject({ guest: z.enum(GUESTS) });

/**
 * Reads what is to become of the guest.
 * @throws FaultRefused
 */
export function parseGuestChange(input: unknown): Guest {
  const parsed = guestSchema.safeParse(input);
  if (!parsed.success) throw new FaultRefused(`The guest is one of: ${GUESTS.join(", ")}.`);
  return parsed.data.guest;
}

/** What a capability's process is sent about its own faults. */
export type ProcessFaults = {
  errors: boolean;
  slowness: boolean;
  memoryLeak: boolean;
  crashLoop: boolean;
  /** Its pods' init container fails; the process itself never sees it. */
  initCrashLoop: boolean;
};

export const NO_PROCESS_FAULTS: ProcessFaults = {
  errors: false,
  slowness: false,
  memoryLeak: false,
  crashLoop: false,
  initCrashLoop: false,
};
