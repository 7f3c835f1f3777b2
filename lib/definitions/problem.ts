import { z } from "zod";
import { nearest } from "@/lib/infra/nearest";

export type Path = readonly (string | number)[];

/** Something wrong in a definitions file. `line` counts from 1; 0 means the file as a whole. */
export type Problem = { file: string; line: number; path: Path; message: string };

/** A path as people write it: `tenants[2].links.capability`. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

/** One problem in one line: `file:line: path: what is wrong, and what would be right`. */
export function formatProblem({ file, line, path, message }: Problem): string {
  return [line > 0 ? `${file}:${line}` : file, pathText(path), message].filter(Boolean).join(": ");
}

/** A value as the message quotes it: short, on one line. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text;
}

const KINDS: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
};

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
};

/** The keys that a schema knows at a path, found in its JSON Schema. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let at: JsonSchema | undefined = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as JsonSchema;
  for (const part of path) at = typeof part === "number" ? at?.items : at?.properties?.[part];
  return Object.keys(at?.properties ?? {});
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) at = (at as Record<string | number, unknown> | null | undefined)?.[part];
  return at;
}

/** atKey: the line meant is the key's own, not its value's. */
type Finding = { path: Path; message: string; atKey: boolean };

/** What a schema says about a parsed file, in words. */
export function problemsOf(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schema, path);
      return issue.keys.map((key) => {
        const meant = nearest(key, known);
        const hint = meant ? `Did you mean ${meant}?` : `Known here: ${known.join(", ")}.`;
        return { path: [...path, key], message: `is not a known key. ${hint}`, atKey: true };
      });
    }
    return [{ path, message: sentence(issue, valueAt(value, path)), atKey: false }];
  });
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "invalid_type") {
    const expected = KINDS[issue.expected] ?? issue.expected;
    if (value === undefined) return `is missing. Write ${expected}.`;
    const quotes = issue.expected === "string" && typeof value !== "object" ? " Put it in quotes." : "";
    return `is ${quote(value)}, where ${expected} belongs.${quotes}`;
  }
  if (issue.code === "invalid_value") {
    if (value === undefined) return `is missing. Write one of ${issue.values.join(", ")}.`;
    const meant = typeof value === "string" ? nearest(value, issue.values.map(String)) : null;
    return `is ${quote(value)}. Write one of ${issue.values.join(", ")}.${meant ? ` Did you mean ${meant}?` : ""}`;
  }
  const unit =
    "origin" in issue && issue.origin === "string"
      ? " characters"
      : "origin" in issue && issue.origin === "array"
        ? " entries"
        : "";
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) {
    return `is ${quote(value)}, and must be at least ${issue.minimum}${unit}.`;
  }
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) {
    return `is ${quote(value)}, and may be at most ${issue.maximum}${unit}.`;
  }
  if (issue.code === "invalid_format" && issue.message.startsWith("Invalid")) {
    return `is ${quote(value)}, which is not of the form ${issue.pattern ?? issue.format}.`;
  }
  // Our own schemas give the end of the sentence themselves.
  const said = typeof value === "object" || value === undefined ? "" : `${quote(value)} `;
  return `${said}${issue.message}${/[.?]$/.test(issue.message) ? "" : "."}`;
}
