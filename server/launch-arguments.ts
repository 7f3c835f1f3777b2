import { parseArgs } from "node:util";

const PARTS = ["web", "worker"] as const;
export type Part = (typeof PARTS)[number];

export type Launch = {
  /** Whether the command needs no more than the database. */
  databaseOnly: boolean;
  run:
    | { kind: "nothing" }
    | { kind: "command"; words: readonly [string, ...string[]] }
    | { kind: "parts"; parts: readonly Part[]; hostname: string; port: string | undefined };
};

/** What the launcher was told makes no sense. One sentence. */
export class LaunchUsageError extends Error {
  override name = "LaunchUsageError";
}

/**
 * Reads the launcher's arguments.
 * @returns null when help was asked for
 * @throws LaunchUsageError
 */
export function readLaunchArguments(args: readonly string[]): Launch | null {
  const border = args.indexOf("--");
  const [own, words] = border < 0 ? [args, null] : [args.slice(0, border), args.slice(border + 1)];
  const { values, positionals } = parseOwn(own);
  if (values.help) return null;
  const databaseOnly = values["database-only"];
  const parts = PARTS.filter((part) => positionals.includes(part));
  if (parts.length < positionals.length)
    throw new LaunchUsageError(`The parts are ${PARTS.join(" and ")}, each once; a command comes after --.`);
  if (databaseOnly && words === null) throw new LaunchUsageError("--database-only is for a command.");
  const asked = [parts.length > 0, words !== null, values["prepare-only"]].filter(Boolean).length;
  if (asked !== 1)
    throw new LaunchUsageError("Say what to run: web, worker, both, -- COMMAND, or --prepare-only.");
  if (words !== null) {
    const [file, ...rest] = words;
    if (file === undefined) throw new LaunchUsageError("After -- comes a command.");
    return { databaseOnly, run: { kind: "command", words: [file, ...rest] } };
  }
  if (values["prepare-only"]) return { databaseOnly, run: { kind: "nothing" } };
  return { databaseOnly, run: { kind: "parts", parts, hostname: values.hostname, port: values.port } };
}

function parseOwn(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        hostname: { type: "string", short: "H", default: "0.0.0.0" },
        port: { type: "string", short: "p" },
        "database-only": { type: "boolean", default: false },
        "prepare-only": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new LaunchUsageError((error as Error).message);
  }
}
