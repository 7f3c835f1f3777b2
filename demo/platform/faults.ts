import { z } from "zod";
import { CAPABILITY_IDS, NODE_IDS, type NodeId, type ResidentId } from "./characters";

/** What can be done to a capability. All but `deploy` are switched on and off; `deploy` happens once. */
export const CAPABILITY_FAULTS = [
  "errors",
  "slowness",
  "memory-leak",
  "crash-loop",
  "no-traffic",
  "deploy",
] as const;
export type CapabilityFault = (typeof CAPABILITY_FAULTS)[number];
export type LastingFault = Exclude<CapabilityFault, "deploy">;

/** What can happen to the parts that all capabilities share. */
export const PLATFORM_FAULTS = ["ingress-errors", "storage-slow", "all-at-once", "sign-in-down"] as const;
export type PlatformFault = (typeof PLATFORM_FAULTS)[number];
/** The target of such a fault. */
export const PLATFORM = "platform";

export const FAULT_TEXTS: Record<
  CapabilityFault | PlatformFault | "node-down",
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
  deploy: { label: "Deploy", effect: "The next version replaces the pods, one by one." },
  "node-down": { label: "Node down", effect: "The node, its pods and its exporters vanish." },
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
  "sign-in-down": {
    label: "Sign-in down",
    effect:
      "The identity provider answers with errors. Nobody can sign in; who is signed in keeps access for up to an hour.",
  },
};

export type FaultChange =
  | { target: ResidentId; fault: CapabilityFault; on: boolean }
  | { target: NodeId; fault: "node-down"; on: boolean }
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
    if (fault !== "node-down") {
      throw new FaultRefused(`"${fault}" can't happen to a node. A node knows: node-down.`);
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
  if (fault === "deploy" && !on) throw new FaultRefused("A deployment can't be switched off; deploy again.");
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
export type ProcessFaults = { errors: boolean; slowness: boolean; memoryLeak: boolean; crashLoop: boolean };

export const NO_PROCESS_FAULTS: ProcessFaults = {
  errors: false,
  slowness: false,
  memoryLeak: false,
  crashLoop: false,
};
