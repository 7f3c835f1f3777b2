// @ts-check
import { access, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";

/** Whether this is a machine that gets its programs by apt. */
export async function isDebian() {
  return (
    (await run("apt-get", ["--version"])).code === 0 && (await run("dpkg-deb", ["--version"])).code === 0
  );
}

/**
 * apt's options for a user who may not write to the system: its lists and caches go under a folder of ours.
 * @param {string} folder
 */
function ownApt(folder) {
  const options = {
    "Dir::State::lists": path.join(folder, "lists"),
    "Dir::Cache": path.join(folder, "cache"),
    "Debug::NoLocking": "true",
    // As root, apt would change to a user that can't write here.
    "APT::Sandbox::User": "root",
  };
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/**
 * Fetches Debian packages and unpacks them into a folder of ours. The system is left as it is: nothing is installed, no
 * service starts, and no right beyond writing here is needed.
 * @param {string[]} names packages that must be there
 * @param {string} target becomes the root of the unpacked files
 * @param {{ signal: AbortSignal, withDependencies: boolean, suite?: string }} options withDependencies: those that the system
 *   lacks, too; suite: Debian's, from the mirror that this machine uses for its own
 * @returns {Promise<boolean>} false when apt can't provide them
 */
export async function unpackDebianPackages(names, target, { signal, withDependencies, suite }) {
  const work = `${target}.work-${process.pid}`;
  const [debs, files] = [path.join(work, "debs"), path.join(work, "files")];
  try {
    for (const folder of ["lists/partial", "cache/archives/partial", "debs", "files"]) {
      await mkdir(path.join(work, folder), { recursive: true });
    }
    /** @param {string[]} args */
    const ofMachine = (args) => run("apt-get", [...ownApt(work), ...args], { cwd: debs, signal });
    if ((await ofMachine(["update"])).code !== 0) return false;
    const source = suite === undefined ? [] : await sourceOf(suite, work, ofMachine);
    if (source === null) return false;
    /** @param {string[]} args */
    const apt = (args) => ofMachine([...source, ...args]);
    if (suite !== undefined && (await apt(["update"])).code !== 0) return false;

    let wanted = names;
    if (withDependencies) {
      const plan = await apt(["install", "--print-uris", "-qq", "--no-install-recommends", ...names]);
      if (plan.code !== 0) return false;
      wanted = [...plan.output.matchAll(/^'[^']*' ([^_\s]+)_\S+\.deb /gm)].map(([, name]) => name ?? "");
    }
    if ((await apt(["download", ...wanted])).code !== 0) return false;
    for (const deb of await readdir(debs)) {
      if ((await run("dpkg-deb", ["-x", path.join(debs, deb), files], { signal })).code !== 0) return false;
    }
    await rm(target, { recursive: true, force: true });
    await rename(files, target);
    return true;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * apt's options that have it read one suite of Debian alone, from where this machine gets its own.
 * @param {string} suite
 * @param {string} folder
 * @param {(args: string[]) => Promise<{ code: number | null, output: string }>} apt
 * @returns {Promise<string[] | null>} null where the machine has no mirror of Debian
 */
async function sourceOf(suite, folder, apt) {
  const form = "$(ORIGIN) $(COMPONENT) $(REPO_URI)";
  const targets = await apt(["indextargets", "--format", form, "Created-By: Packages"]);
  const mirror = /^Debian main (\S+)$/m.exec(targets.output)?.[1];
  if (targets.code !== 0 || mirror === undefined) return null;
  const signed = await access(KEYRING).then(
    () => `[signed-by=${KEYRING}] `,
    () => "",
  );
  const list = path.join(folder, "sources.list");
  await writeFile(list, `deb ${signed}${mirror} ${suite} main\n`);
  return ["-o", `Dir::Etc::sourcelist=${list}`, "-o", "Dir::Etc::sourceparts=/dev/null"];
}

/**
 * Installs Debian packages into the system, where this user may do so without being asked anything.
 * @param {string[]} names
 * @param {AbortSignal} signal
 */
export async function installDebianPackages(names, signal) {
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && (await run("sudo", ["-n", "true"])).code !== 0) return false;
  /** @param {string[]} args */
  const apt = (args) => {
    const command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
    const [program = "", ...rest] = asRoot ? command : ["sudo", "-n", ...command];
    return run(program, rest, { signal });
  };
  if ((await apt(["update"])).code !== 0) return false;
  return (await apt(["install", "-y", "--no-install-recommends", ...names])).code === 0;
}
