import { run } from "@/setup/child.mjs";
import type { DrillCommand, DrillPlan } from "./plan";
import type { WireLog } from "./wire-log";

export type Commands = {
  /** @throws Error with what the command said, when it doesn't end with 0 */
  run(name: DrillCommand, signal?: AbortSignal): Promise<void>;
  /** @returns its exit code and what it said */
  try(name: DrillCommand, signal?: AbortSignal): Promise<{ code: number; output: string }>;
};

/**
 * The plan's commands, each run by a shell in the plan's folder.
 * @param environment what they get beside this process's own environment
 */
export function createCommands(
  plan: DrillPlan,
  environment: Record<string, string>,
  wire: WireLog,
): Commands {
  const start = async (name: DrillCommand, signal?: AbortSignal) => {
    const beganAtMs = performance.now();
    const { code, output } = await run("/bin/sh", ["-c", plan.commands[name]], {
      cwd: plan.folder,
      env: { ...process.env, ...environment },
      signal,
    });
    wire.command(name, { exitCode: code, tookMs: Math.round(performance.now() - beganAtMs) });
    signal?.throwIfAborted();
    return { code, output: output.trim() };
  };
  return {
    try: start,
    async run(name, signal) {
      const { code, output } = await start(name, signal);
      if (code === 0) return;
      const tail = output.split("\n").slice(-10).join("\n");
      throw new Error(`The plan's command "${name}" ended with ${code}${tail === "" ? "." : `:\n${tail}`}`);
    },
  };
}
