import { chmod, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OWN = new Set([".data", ".git"]);

/** A folder in which this clone's commands work, with no data yet: what is run there has a database of its own. */
export type OwnClone = {
  folder: string;
  /** The settings of a command there. */
  settings: { TSX_TSCONFIG_PATH: string };
  /** The number of the embedded database's process; null while there is none. */
  databasePid(): Promise<number | null>;
  remove(): Promise<void>;
};

/** Makes such a folder, of links to this clone. */
export async function linkClone(): Promise<OwnClone> {
  const folder = await mkdtemp(join(tmpdir(), "clone-"));
  await chmod(folder, 0o755);
  for (const name of await readdir(ROOT))
    if (!OWN.has(name)) await symlink(join(ROOT, name), join(folder, name));
  const pidFile = join(folder, ".data/postgres/data/postmaster.pid");
  return {
    folder,
    settings: { TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json") },
    databasePid: async () => Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]) || null,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
