import { readdirSync, readFileSync } from "node:fs";

/** What a process started, and what that did, with their command lines. From /proc, because a small Debian comes without ps. */
export function descendants(root: number): { pid: number; command: string }[] {
  const rows = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(pid), parent, command }];
      } catch {
        return []; // it ended while we looked
      }
    });
  const below = (parent: number): typeof rows =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.pid)]);
  return below(root);
}
