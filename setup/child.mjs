// @ts-check
import { spawn } from "node:child_process";
import { SetupError } from "./progress.mjs";

const TERM_GRACE_MS = 3_000;
const OUTPUT_LIMIT = 200_000;

/**
 * Runs a command to its end and keeps what it said.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, echo?: boolean }} [options] echo: pass its output on, too
 * @returns {Promise<{ code: number, output: string }>} code 127 when there is no such command
 */
export function run(command, args, { cwd, env, signal, echo = false } = {}) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ code: 130, output: "" });
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    /** @param {NodeJS.WriteStream} target */
    const keep = (target) => (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT);
      if (echo) target.write(chunk);
    };
    child.stdout.on("data", keep(process.stdout));
    child.stderr.on("data", keep(process.stderr));

    /** @type {NodeJS.Timeout | undefined} */
    let kill;
    const abort = () => {
      child.kill("SIGTERM");
      kill = setTimeout(() => child.kill("SIGKILL"), TERM_GRACE_MS);
    };
    signal?.addEventListener("abort", abort, { once: true });
    /** @param {number} code */
    const end = (code) => {
      clearTimeout(kill);
      signal?.removeEventListener("abort", abort);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += error.message;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/**
 * Runs a command that must succeed.
 * @param {string} what the sentence's beginning when it doesn't: "The packages could not be installed"
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @throws {SetupError} with the last lines that it said
 */
export async function mustRun(what, command, args, options) {
  const { code, output } = await run(command, args, options);
  options?.signal?.throwIfAborted();
  if (code === 0) return output;
  const tail = output.trim().split("\n").slice(-25).join("\n");
  throw new SetupError(`${what} (${[command, ...args].join(" ")} ended with ${code}):\n${tail}`);
}
