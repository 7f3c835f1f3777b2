// @ts-check
import path from "node:path";
import { run } from "./child.mjs";
import { isDebian, unpackDebianPackages } from "./debian.mjs";

/**
 * Newer metrics stores than most machines have, in suites of Debian: Prometheus 2.53 and 3.5 at the time of writing.
 * @type {{ kind: "Prometheus" | "VictoriaMetrics", name: string, suite: string }[]}
 */
const LATER = [
  { kind: "Prometheus", name: "prometheus", suite: "trixie" },
  { kind: "Prometheus", name: "prometheus", suite: "sid" },
  { kind: "VictoriaMetrics", name: "victoria-metrics", suite: "sid" },
];

/** @typedef {{ kind: "Prometheus" | "VictoriaMetrics", name: string, program: string }} LaterStore */

/**
 * Sees to newer metrics stores below .data/tools: Debian's packages, unpacked and not installed.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<{ stores: LaterStore[], missing: string[] }>} missing: a sentence for each that can't be had here
 */
export async function provideLaterStores(root, signal) {
  /** @type {LaterStore[]} */
  const stores = [];
  /** @type {string[]} */
  const missing = [];
  for (const { kind, name, suite } of LATER) {
    const folder = path.join(root, ".data/tools", `${name}-${suite}`);
    const program = path.join(folder, "usr/bin", name);
    let said = await versionOf(program);
    if (said === null && (await isDebian())) {
      await unpackDebianPackages([name], folder, { signal, withDependencies: false, suite });
      signal.throwIfAborted();
      said = await versionOf(program);
    }
    if (said === null) missing.push(`${kind} of Debian's ${suite} can't be had here and isn't compared.`);
    else stores.push({ kind, name: `${kind} ${said || `of Debian's ${suite}`}`, program });
  }
  return { stores, missing };
}

/**
 * @param {string} program
 * @returns {Promise<string | null>} null where it can't be run; empty where it doesn't say, as Debian's VictoriaMetrics
 */
async function versionOf(program) {
  const { code, output } = await run(program, ["--version"]);
  if (code !== 0) return null;
  return /(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? "";
}
