import { execFile } from "node:child_process";
import { mkdir, rm, statfs } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const BALLAST = "ballast";
const FILL_TRIES = 20;

/** A disk of its own, in memory, so that it can be full without the machine's being full. */
export type SmallDisk = {
  /** Writes until nothing more fits. @returns makes room again */
  fill(): Promise<() => Promise<void>>;
  remove(): Promise<void>;
};

/** Removes what a run that was killed has left mounted there. */
const unmount = (folder: string) => run("umount", [folder]).catch(() => {});

/** Takes all that is free. Who else writes there may be first, so that it no longer fits: then less is free. */
async function fill(folder: string, file: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { bavail, bsize } = await statfs(folder);
    if (bavail === 0) return;
    try {
      await run("fallocate", ["--length", String(bavail * bsize), file]);
      return;
    } catch (error) {
      if (tries === FILL_TRIES) throw error;
    }
  }
}

/**
 * Mounts a small disk at a folder.
 * @returns null where this process may not mount: then the folder is an ordinary one
 */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | null> {
  await mkdir(folder, { recursive: true });
  const options = ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=711`, "watchpost-chaos", folder];
  const isMounted = await run("mount", options).then(
    () => true,
    () => false,
  );
  if (!isMounted) return null;
  const ballast = path.join(folder, BALLAST);
  return {
    fill: async () => {
      await fill(folder, ballast);
      return () => rm(ballast, { force: true });
    },
    remove: () => unmount(folder).then(() => {}),
  };
}

/** Clears a folder in which a run that was killed may have left small disks mounted. */
export async function clearDisks(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await unmount(path.join(folder, name));
  await rm(folder, { recursive: true, force: true });
}
