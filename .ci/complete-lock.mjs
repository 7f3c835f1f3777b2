// Completes package-lock.json after a dependency was changed: node .ci/complete-lock.mjs
//
// A package with a binary names one optional package for each kind of machine. npm leaves out of the lock
// file those that its registry doesn't serve, as some mirrors don't serve other systems' binaries, and then
// refuses the lock file at every `npm ci`, everywhere. Their exact versions are known from the package that
// names them, and their checksums from the registry.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("../package-lock.json", import.meta.url);
const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

const lock = JSON.parse(readFileSync(FILE, "utf8"));

/** The place at which Node would find a package, from the place of the one that names it. */
function placeOf(name, from) {
  for (
    let at = from;
    ;
    at = at.includes("/node_modules/") ? at.slice(0, at.lastIndexOf("/node_modules/")) : ""
  ) {
    const place = `${at}${at && "/"}node_modules/${name}`;
    if (lock.packages[place]) return place;
    if (at === "") return null;
  }
}

/** What a name such as @next/swc-linux-x64-musl says about the machine that it is for. */
function machineOf(name) {
  const words = name.split(/[/-]/);
  const pick = (known) => words.filter((word) => known.includes(word));
  const [os, cpu] = [pick(SYSTEMS), pick(PROCESSORS)];
  const libc = os.includes("linux")
    ? [/musl/.test(name) ? "musl" : /gnu/.test(name) ? "glibc" : ""].filter(Boolean)
    : [];
  return { os, cpu, libc };
}

function rangeSentence(from, name, range) {
  const naming = from === "" ? "package.json" : from.slice(from.lastIndexOf("node_modules/") + 13);
  return (
    `package-lock.json lacks ${name}, which ${naming} wants in the range ${range}: only an exact version can be ` +
    `added. Run "npm install" with a registry that serves ${name}, then this command again.`
  );
}

const added = [];
const checked = [];
for (const [from, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (placeOf(name, from)) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(rangeSentence(from, name, version));
    const { os, cpu, libc } = machineOf(name);
    // In npm's own order, so that npm doesn't write the entry anew.
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(dev && { dev }),
      ...(libc.length > 0 && { libc }),
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added.push(`${name}@${version}`);
  }
}

/**
 * @throws where the registry doesn't know the version: without a checksum npm installs whatever it is given
 */
function checksumOf(name, version) {
  const answer = execFileSync("npm", ["view", `${name}@${version}`, "dist.integrity"], { encoding: "utf8" });
  const checksum = answer.trim();
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(checksum))
    throw new Error(
      `The registry names no SHA-512 of ${name}@${version}, but ${checksum || "nothing"}. ` +
        "package-lock.json is unchanged: set another registry, then run this command again.",
    );
  return checksum;
}

for (const [place, entry] of Object.entries(lock.packages)) {
  if (place === "" || entry.link || entry.integrity || !place.includes("node_modules/")) continue;
  const { version, ...rest } = entry;
  const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  lock.packages[place] = { version, integrity: checksumOf(entry.name ?? name, version), ...rest };
  checked.push(`${name}@${version}`);
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, "en")),
);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
const done = [
  added.length > 0 && `Added ${added.join(", ")}.`,
  checked.length > 0 && `Wrote the checksums of ${checked.join(", ")}.`,
].filter(Boolean);
console.log(done.length > 0 ? done.join("\n") : "The lock file is complete.");
