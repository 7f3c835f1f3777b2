// @ts-check
import { chmod, readdir } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";
import { isDebian, unpackDebianPackages } from "./debian.mjs";

/** @typedef {{ folder: string, libraries: string[] }} MailServerFiles folder: the root of its files. libraries: folders */

/**
 * Debian's mail servers can't be installed beside each other, so they are unpacked below .data/tools. libnss-wrapper gives Exim the user
 * that its package would create.
 * @type {{ name: "postfix" | "exim", packages: string[], program: string, ask: string[] }[]}
 */
const SERVERS = [
  { name: "postfix", packages: ["postfix"], program: "usr/sbin/postconf", ask: ["-d", "-h", "mail_version"] },
  {
    name: "exim",
    packages: ["exim4-daemon-light", "libnss-wrapper"],
    program: "usr/sbin/exim4",
    ask: ["-bV"],
  },
];

/**
 * Sees to a Postfix and an Exim below .data/tools: Debian's packages, unpacked and not installed.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<{ postfix: MailServerFiles | null, exim: MailServerFiles | null }>} null where it can't be had here
 */
export async function provideMailServers(root, signal) {
  /** @type {{ postfix: MailServerFiles | null, exim: MailServerFiles | null }} */
  const found = { postfix: null, exim: null };
  for (const server of SERVERS) {
    const folder = path.join(root, ".data/tools", server.name);
    found[server.name] = await look(folder, server);
    if (found[server.name] !== null || !(await isDebian())) continue;
    await unpackDebianPackages(server.packages, folder, { signal, withDependencies: true });
    signal.throwIfAborted();
    // Set to run as root: then it would ignore where its libraries are.
    if (server.name === "exim") await chmod(path.join(folder, server.program), 0o755).catch(() => {});
    found[server.name] = await look(folder, server);
  }
  return found;
}

/**
 * @param {string} folder
 * @param {typeof SERVERS[number]} server
 * @returns {Promise<MailServerFiles | null>}
 */
async function look(folder, { name, program, ask }) {
  const lib = path.join(folder, "usr/lib");
  const names = await readdir(lib).catch(() => []);
  const libraries = names
    .filter((each) => each === name || each.endsWith("-linux-gnu"))
    .map((each) => path.join(lib, each));
  const { code, output } = await run(path.join(folder, program), ask, {
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(":") },
  });
  // Exim wants its user first of all; where that is its complaint, it runs.
  return code === 0 || output.includes("Debian-exim") ? { folder, libraries } : null;
}
