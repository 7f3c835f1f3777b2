import { execFileSync } from "node:child_process";

/**
 * A command with mounts of its own: those that a script makes before it are nobody else's, and end with it. Root may do so, and so
 * may a user where the system lets users have namespaces.
 * @param script of a shell; it ends before the command begins
 * @throws Error where this system refuses it
 */
export function inOwnMounts(script: string, command: readonly string[]): string[] {
  const unshare = [
    "unshare",
    "--mount",
    ...(process.getuid?.() === 0 ? [] : ["--user", "--map-current-user", "--keep-caps"]),
  ];
  try {
    execFileSync(unshare[0] ?? "", [...unshare.slice(1), "true"], { stdio: "pipe" });
  } catch (error) {
    throw new Error("This system gives no process mounts of its own. Run the long tests as root.", {
      cause: error,
    });
  }
  return [...unshare, "sh", "-c", `set -e; ${script}; exec "$@"`, "sh", ...command];
}

/**
 * The script that leaves everything read-only but some folders.
 * @param writable folders that exist
 */
export const onlyWritable = (writable: readonly string[]): string =>
  [
    "mount --make-rprivate /",
    ...writable.map((folder) => `mount --bind "${folder}" "${folder}"`),
    // What the system mounts besides: /dev/shm and the like stay as they are.
    "mount -o remount,bind,ro /",
  ].join("; ");
