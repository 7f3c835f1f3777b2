// @ts-check
import { constants } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { installDebianPackages, isDebian, unpackDebianPackages } from "./debian.mjs";
import { SetupError } from "./progress.mjs";

/**
 * @param {string} file
 */
const isExecutable = (file) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * The first program of these names on PATH, as a full path, or null.
 * @param {string[]} names
 */
export async function findOnPath(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
      const file = path.join(folder, name);
      if (folder !== "" && (await isExecutable(file))) return file;
    }
  }
  return null;
}

const prometheusIsThere = async () =>
  (await findOnPath(["prometheus"])) !== null && (await findOnPath(["promtool"])) !== null;

/**
 * Sees to a Prometheus on this process's PATH: the machine's own, or Debian's package unpacked under .data/tools.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<string>} where it is from, in a few words
 * @throws {SetupError} naming what is missing and how to get it
 */
export async function providePrometheus(root, signal) {
  if (await prometheusIsThere()) return "this machine's own";
  const unpacked = path.join(root, ".data/tools/prometheus");
  const bin = path.join(unpacked, "usr/bin");
  if (!(await isExecutable(path.join(bin, "promtool"))) && (await isDebian())) {
    await unpackDebianPackages(["prometheus"], unpacked, { signal, withDependencies: false });
    signal.throwIfAborted();
  }
  process.env.PATH = `${process.env.PATH}${path.delimiter}${bin}`;
  if (await prometheusIsThere()) return "Debian's package, unpacked under .data/tools";
  throw new SetupError(
    "prometheus and promtool are missing on PATH: install them with `sudo apt-get install prometheus`, or unpack a release of https://prometheus.io/download and add its folder to PATH.",
  );
}

/**
 * Sees to a VictoriaMetrics on this process's PATH, for the tests that ask it what they ask Prometheus.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<string>} where it is from, in a few words
 * @throws {SetupError} naming what is missing and how to get it
 */
export async function provideVictoriaMetrics(root, signal) {
  const isThere = async () => (await findOnPath(["victoria-metrics"])) !== null;
  if (await isThere()) return "this machine's own";
  const unpacked = path.join(root, ".data/tools/victoria-metrics");
  const bin = path.join(unpacked, "usr/bin");
  if (!(await isExecutable(path.join(bin, "victoria-metrics"))) && (await isDebian())) {
    await unpackDebianPackages(["victoria-metrics"], unpacked, { signal, withDependencies: false });
    signal.throwIfAborted();
  }
  process.env.PATH = `${process.env.PATH}${path.delimiter}${bin}`;
  if (await isThere()) return "Debian's package, unpacked under .data/tools";
  throw new SetupError(
    "victoria-metrics is missing on PATH: install it with `sudo apt-get install victoria-metrics`, or add a folder to PATH in which it has that name.",
  );
}

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const CHROMIUM_PACKAGES = ["chromium", "fonts-liberation"];

/**
 * Sees to a Chromium: CHROMIUM_PATH, one on PATH, or Debian's package, installed where that is allowed and unpacked
 * under .data/tools where it isn't.
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<{ executable: string, env: Record<string, string>, from: string }>} env: what it needs to find its libraries
 * @throws {SetupError} naming what is missing and how to get it
 */
export async function provideChromium(root, signal) {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (await isExecutable(named)) return { executable: named, env: {}, from: "CHROMIUM_PATH" };
    throw new SetupError(`CHROMIUM_PATH names ${named}, which is no program that can be run.`);
  }
  const own = await findOnPath(CHROMIUM_NAMES);
  if (own) return { executable: own, env: {}, from: "this machine's own" };

  const unpacked = path.join(root, ".data/tools/chromium");
  const executable = path.join(unpacked, "usr/lib/chromium/chromium");
  if (!(await isExecutable(executable)) && (await isDebian())) {
    if (await installDebianPackages(CHROMIUM_PACKAGES, signal)) {
      const installed = await findOnPath(CHROMIUM_NAMES);
      if (installed) return { executable: installed, env: {}, from: "Debian's package, just installed" };
    }
    signal.throwIfAborted();
    await unpackDebianPackages(CHROMIUM_PACKAGES, unpacked, { signal, withDependencies: true });
    signal.throwIfAborted();
  }
  if (await isExecutable(executable)) {
    return {
      executable,
      env: await unpackedEnvironment(unpacked),
      from: "Debian's package, unpacked under .data/tools",
    };
  }
  throw new SetupError(
    "No Chromium was found for the walks: install one with `sudo apt-get install chromium`, or set CHROMIUM_PATH to one.",
  );
}

/**
 * What an unpacked Chromium needs to find its libraries and its font: its files aren't where their packages expect them.
 * @param {string} unpacked
 */
async function unpackedEnvironment(unpacked) {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const libraries = [
    `usr/lib/${triplet}`,
    `usr/lib/${triplet}/nss`,
    `usr/lib/${triplet}/pulseaudio`,
    `lib/${triplet}`,
  ];
  const fonts = path.join(unpacked, "fonts.conf");
  await writeFile(
    fonts,
    `<?xml version="1.0"?>
<fontconfig>
<dir>${path.join(unpacked, "usr/share/fonts")}</dir>
<cachedir>${path.join(unpacked, "font-cache")}</cachedir>
</fontconfig>
`,
  );
  return {
    LD_LIBRARY_PATH: libraries.map((folder) => path.join(unpacked, folder)).join(":"),
    FONTCONFIG_FILE: fonts,
  };
}
