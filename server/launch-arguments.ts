import { readUsage, UsageError } from "./usage";

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

/**
 * Reads the launcher's arguments.
 * @returns null when help was asked for
 * @throws UsageError
 */
export function readLaunchArguments(args: readonly string[]): Launch | null {
  const border = args.indexOf("--");
  const [own, words] = border < 0 ? [args, null] : [args.slice(0, border), args.slice(border + 1)];
  const { values, positionals } = parseOwn(own);
  if (values.help) return null;
  const databaseOnly = values["database-only"];
  const parts = PARTS.filter((part) => positionals.includes(part));
  if (parts.length < positionals.length)
    throw new UsageError(`The parts are ${PARTS.join(" and ")}, each once; a command comes after --.`);
  if (databaseOnly && words === null) throw new UsageError("--database-only is for a command.");
  const asked = [parts.length > 0, words !== null, values["prepare-only"]].filter(Boolean).length;
  if (asked !== 1) throw new UsageError("Say what to run: web, worker, both, -- COMMAND, or --prepare-only.");
  if (words !== null) {
    const [file, ...rest] = words;
    if (file === undefined) throw new UsageError("After -- comes a command.");
    return { databaseOnly, run: { kind: "command", words: [file, ...rest] } };
  }
  if (values["prepare-only"]) return { databaseOnly, run: { kind: "nothing" } };
  return { databaseOnly, run: { kind: "parts", parts, hostname: values.hostname, port: values.port } };
}

const parseOwn = (args: readonly string[]) =>
  readUsage({
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
