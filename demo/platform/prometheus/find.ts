import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export class MissingProgram extends Error {
  override name = "MissingProgram";
}

/**
 * Finds Prometheus and its tool on the PATH.
 * @throws MissingProgram with one line that says what is missing and how to get it
 */
export function findPrometheus(path: string = process.env.PATH ?? ""): {
  prometheus: string;
  promtool: string;
} {
  const find = (name: string): string => {
    for (const dir of path.split(delimiter).filter(Boolean)) {
      const file = join(dir, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
    throw new MissingProgram(
      `The program "${name}" is not on the PATH. Get it with: apt-get install prometheus (Debian, Ubuntu) or brew install prometheus.`,
    );
  };
  return { prometheus: find("prometheus"), promtool: find("promtool") };
}
