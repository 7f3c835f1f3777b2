import { visibleText } from "@/lib/infra/hidden-characters";
import type { ExitCause, ExitEvidence } from "./evidence";

/** The machine, or the platform's hand, took the pod's place away. */
const MACHINE_REASONS = new Set([
  "NodeLost",
  "NodeShutdown",
  "NodeAffinity",
  "Shutdown",
  "Terminated",
  "Preempting",
  "UnexpectedAdmissionError",
]);
/** Killed or signalled to end from outside: by a failed liveness check as well as by a drained node. */
const SIGNALLED = new Set([137, 143]);

/**
 * Whose exit it was.
 *
 * A container over its own memory limit, or one that ended by itself with any exit code, is the app's. A pod whose node went away
 * is the machine's. An eviction may be due to the node's shortage or to the pod's own use of its disk, and a kill from outside
 * may be the kubelet's answer to a failed liveness check: these are unclear.
 */
export function exitCause({ reason, exitCode }: Pick<ExitEvidence, "reason" | "exitCode">): ExitCause {
  if (MACHINE_REASONS.has(reason)) return "machine";
  if (reason === "Evicted") return "unclear";
  if (reason === "OOMKilled") return "app";
  if (exitCode !== null) return SIGNALLED.has(exitCode) ? "unclear" : "app";
  return reason === "Error" || reason === "Completed" || reason === "StartError" ? "app" : "unclear";
}

/** "out of memory", "exit code 3", "its node is gone". */
export function exitInWords({ reason, exitCode }: Pick<ExitEvidence, "reason" | "exitCode">): string {
  if (reason === "OOMKilled") return "out of memory";
  if (reason === "Evicted") return "evicted";
  if (reason === "NodeLost") return "its node is gone";
  if (MACHINE_REASONS.has(reason)) return `taken off its node: ${reason}`;
  return exitCode === null ? visibleText(reason) : `exit code ${exitCode}`;
}
