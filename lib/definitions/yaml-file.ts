import { type Document, isMap, isScalar, Lexer, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Path, Problem } from "./problem";
import { type ListPart, listItems, splitLongList } from "./yaml-list";

const MAX_BYTES = 20_000_000;
const MAX_DEPTH = 100;

/** A YAML file's value, and where in the file each part of it stands. */
export type YamlFile = {
  file: string;
  value: unknown;
  /** The line of the value at a path; of the nearest thing around it where there is none. From 1. */
  lineOf(path: Path): number;
  /** The line of the key that ends the path. */
  lineOfKey(path: Path): number;
};

type ReadYaml = { ok: true; yaml: YamlFile } | { ok: false; problems: Problem[] };
/** What is wrong, and on which line; 0 is the whole file. */
type Fault = { line: number; message: string };
/** The line of an offset in the text. */
type LineAt = (offset: number) => number;

/**
 * Reads one YAML document, and says where each thing in it stands.
 *
 * Only plain data is taken: one document, no own tags, every key once, and aliases only as far as a person would use them, so
 * that a small file can't grow into a huge one.
 */
export function readYaml(file: string, bytes: Uint8Array): ReadYaml {
  const text = decode(bytes);
  if (typeof text !== "string") return refuse(file, text);
  return readLongList(file, text) ?? readWhole(file, text);
}

/** A long list, a part at a time; null for any other file, and for one with a fault. */
function readLongList(file: string, text: string): ReadYaml | null {
  const list = splitLongList(text);
  const items = list && listItems(list);
  if (!items) return null;
  /** The part that a path leads into, and the path within it. */
  const partOf = ([key, index, ...rest]: Path): [ListPart, Path] | null => {
    if (key !== list.key || typeof index !== "number") return null;
    const part = list.parts.findLast(({ firstItem }) => firstItem <= index);
    return part ? [part, [index - part.firstItem, ...rest]] : null;
  };
  const lineIn = (path: Path, name: "lineOf" | "lineOfKey") => {
    const [part, within] = partOf(path) ?? [];
    return part && within ? part.line - 1 + linesIn(part.text)[name](within) : list.keyLine;
  };
  return {
    ok: true,
    yaml: {
      file,
      value: { [list.key]: items },
      lineOf: (path) => lineIn(path, "lineOf"),
      lineOfKey: (path) => lineIn(path, "lineOfKey"),
    },
  };
}

function readWhole(file: string, text: string): ReadYaml {
  const { documents, lineAt } = parsed(text);
  const [document, second] = documents;
  if (!document || documents.length === 0 || document.contents === null)
    return refuse(file, { line: 0, message: "The file is empty." });
  if (second) {
    const message = 'A second document begins here with "---". Write one document per file.';
    return refuse(file, { line: lineAt(second.range[0]), message });
  }
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos: [from, to] }) => ({
    line: lineAt(from),
    message: yamlSentence(code, message, text.slice(from, to)),
  }));
  if (faults.length > 0) return refuse(file, ...faults);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    const message = "The file's aliases (*name) stand for too much text. Write it out.";
    return refuse(file, { line: 0, message });
  }
  return { ok: true, yaml: { file, value, ...linesIn(text) } };
}

type Parsed = { text: string; documents: Document.Parsed[]; lineAt: LineAt };
let last: Parsed | null = null;

/** A text's documents. Only the last one is kept: the trees of thirty thousand files would take several hundred megabytes. */
function parsed(text: string): Parsed {
  if (last?.text === text) return last;
  const counter = new LineCounter();
  const options = { lineCounter: counter, prettyErrors: false, stringKeys: true };
  const documents = [...parseAllDocuments(text, options)] as Document.Parsed[];
  last = { text, documents, lineAt: (offset) => counter.linePos(offset).line };
  return last;
}

const refuse = (file: string, ...faults: Fault[]): ReadYaml => ({
  ok: false,
  problems: faults.map(({ line, message }) => ({ file, line, path: [], message })),
});

/** The file's text, as far as it can be parsed without harm; or why it can't. */
function decode(bytes: Uint8Array): string | Fault {
  if (bytes.byteLength > MAX_BYTES)
    return { line: 0, message: `The file has ${bytes.byteLength} bytes; at most ${MAX_BYTES} are read.` };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, byte } = firstBadByte(bytes);
    return { line, message: `The byte 0x${byte} is not UTF-8. Save the file as UTF-8.` };
  }
  const tooDeep = lineTooDeep(text);
  if (tooDeep === 0) return text;
  return { line: tooDeep, message: `More than ${MAX_DEPTH} lists and mappings lie in one another here.` };
}

/** Where the parts of a text's first document stand. It is parsed when that is asked: a file without a problem never is. */
function linesIn(text: string): Pick<YamlFile, "lineOf" | "lineOfKey"> {
  const offsetOf = (document: Document.Parsed | undefined, path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document?.getIn(path.slice(0, length), true) as Node | undefined;
      if (node?.range) return node.range[0];
    }
    return document?.contents?.range?.[0] ?? 0;
  };
  return {
    lineOf: (path) => {
      const { documents, lineAt } = parsed(text);
      return lineAt(offsetOf(documents[0], path));
    },
    lineOfKey: (path) => {
      const { documents, lineAt } = parsed(text);
      const [document] = documents;
      const around = path.length === 1 ? document?.contents : document?.getIn(path.slice(0, -1), true);
      const pair = isMap(around)
        ? around.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1))
        : undefined;
      const key = pair?.key as Node | undefined;
      return lineAt(key?.range?.[0] ?? offsetOf(document, path));
    },
  };
}

/**
 * The first line whose nesting may be deeper than the limit, or 0. Asked before the parser, which calls itself for each level
 * and would bring the process down.
 */
function lineTooDeep(text: string): number {
  // In block style each level stands at least one column further in.
  const indented = text
    .split("\n")
    .findIndex((line) => (/^[ \t?:-]*/.exec(line)?.[0].length ?? 0) > 2 * MAX_DEPTH);
  if (indented >= 0) return indented + 1;
  let [line, depth] = [1, 0];
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === "[" || lexeme === "{") depth++;
    else if (lexeme === "]" || lexeme === "}") depth--;
    else if (lexeme.includes("\n")) line += lexeme.split("\n").length - 1;
    if (depth > MAX_DEPTH) return line;
  }
  return 0;
}

/** The faults that people make most, in words; the others as the parser says them. */
function yamlSentence(code: string, message: string, source: string): string {
  const at = JSON.stringify((source.split("\n")[0] ?? "").slice(0, 60));
  if (code === "DUPLICATE_KEY")
    return `The key ${at} is written twice in the same mapping. Keep one of them.`;
  if (code === "TAB_AS_INDENT") return "A tab indents this line. Use spaces.";
  if (code === "TAG_RESOLVE_FAILED")
    return `The tag ${at} is not taken. Write plain text, numbers, lists and mappings.`;
  if (code === "NON_STRING_KEY") return `The key ${at} is not text. Put it in quotes.`;
  return `This is not YAML at ${at}: ${message.split("\n")[0]?.replace(/[.:]?$/, ".")}`;
}

function firstBadByte(bytes: Uint8Array): { line: number; byte: string } {
  let line = 1;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    const part = bytes.subarray(start, end);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(part);
    } catch {
      const loose = new TextDecoder("utf-8").decode(part);
      const before = new TextEncoder().encode(loose.slice(0, loose.indexOf("\ufffd"))).length;
      return { line, byte: (part[before] ?? 0).toString(16).padStart(2, "0") };
    }
    start = end;
    line++;
  }
  return { line, byte: "00" };
}
