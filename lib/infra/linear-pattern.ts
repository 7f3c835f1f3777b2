/** A pattern that can't be used. The message ends a sentence about it. */
export class PatternError extends Error {
  override name = "PatternError";
}

type Test = (character: string) => boolean;
type Node =
  | { kind: "character"; test: Test }
  | { kind: "all"; parts: Node[] }
  | { kind: "either"; choices: Node[] }
  | { kind: "repeat"; of: Node; min: number; max: number }
  | { kind: "capture"; of: Node };

type Step =
  | { do: "character"; test: Test }
  | { do: "fork"; first: number; second: number }
  | { do: "save"; slot: 0 | 1 }
  | { do: "match" };

/** The steps of a compiled pattern are few, and so is what a text of one claim costs. */
const MAX_STEPS = 2_000;

/**
 * Compiles a pattern with exactly one capture. It stands for the whole text, and takes time in proportion to
 * the text, whatever the pattern: the machine of RE2 (Pike's), which keeps every thread at once and never
 * goes back.
 *
 * Known are characters, `.`, classes, `\d \w \s`, `* + ? {m,n}`, `|`, `(…)` and `(?:…)`. The rest of a
 * regular expression is refused. An empty group is refused, and so is a capture that may be empty: it would
 * name nothing.
 * @returns what the capture holds of a text that matches; null for one that doesn't
 * @throws PatternError
 */
export function linearPattern(pattern: string): (text: string) => string | null {
  const { node, captures } = new Reader(pattern).read();
  if (captures !== 1) throw new PatternError(`has ${captures} captures, and must have exactly one: (…)`);
  if (mayBeEmpty(captureIn(node)))
    throw new PatternError("has a capture that may be empty. Use + in place of *");
  const steps: Step[] = [];
  write(node, steps);
  steps.push({ do: "match" });
  return (text) => run(steps, [...text]);
}

const ESCAPED: Record<string, Test> = {
  d: (c) => /^[0-9]$/.test(c),
  w: (c) => /^[A-Za-z0-9_]$/.test(c),
  s: (c) => /^\s$/.test(c),
  D: (c) => !/^[0-9]$/.test(c),
  W: (c) => !/^[A-Za-z0-9_]$/.test(c),
  S: (c) => !/^\s$/.test(c),
};

/** Reads a pattern from left to right. */
class Reader {
  private readonly characters: string[];
  private at = 0;
  private captures = 0;

  constructor(pattern: string) {
    this.characters = [...pattern.replace(/^\^/, "").replace(/(?<!\\)\$$/, "")];
  }

  read(): { node: Node; captures: number } {
    const node = this.either();
    if (this.at < this.characters.length) throw new PatternError("has a ) without its (");
    return { node, captures: this.captures };
  }

  private either(): Node {
    const choices = [this.all()];
    while (this.take("|")) choices.push(this.all());
    return choices.length === 1 && choices[0] ? choices[0] : { kind: "either", choices };
  }

  private all(): Node {
    const parts: Node[] = [];
    while (this.at < this.characters.length && !"|)".includes(this.characters[this.at] ?? ""))
      parts.push(this.repeated(this.one()));
    return { kind: "all", parts };
  }

  private repeated(of: Node): Node {
    const [min, max] = this.times() ?? [];
    if (min === undefined || max === undefined) return of;
    if (holdsCapture(of)) throw new PatternError("repeats its capture");
    if ("*+?{".includes(this.characters[this.at] ?? " "))
      throw new PatternError("has two repetitions in a row");
    return { kind: "repeat", of, min, max };
  }

  private times(): [number, number] | null {
    if (this.take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.take("?")) return [0, 1];
    if (!this.take("{")) return null;
    const [all, from, comma, to] =
      /^(\d{1,3})(,?)(\d{0,3})\}/.exec(this.characters.slice(this.at).join("")) ?? [];
    if (all === undefined) throw new PatternError("has a { that begins no repetition. Write \\{");
    this.at += all.length;
    const min = Number(from);
    const max = to ? Number(to) : comma ? Number.POSITIVE_INFINITY : min;
    if (max < min) throw new PatternError("has a repetition that ends before it begins");
    return [min, max];
  }

  private one(): Node {
    const character = this.next();
    if (character === "(") return this.group();
    if (character === "[") return { kind: "character", test: this.charactersOfClass() };
    if (character === ".") return { kind: "character", test: (c) => c !== "\n" };
    if ("*+?{".includes(character)) throw new PatternError(`has a ${character} that repeats nothing`);
    if ("^$".includes(character))
      throw new PatternError(`has a ${character} inside; it always stands for the whole text`);
    if (character === "\\") return { kind: "character", test: this.escaped() };
    return { kind: "character", test: (c) => c === character };
  }

  private group(): Node {
    const isPlain = this.take("?");
    if (isPlain && !this.take(":")) throw new PatternError("has a group of a kind that isn't known here");
    if (!isPlain) this.captures += 1;
    const of = this.either();
    if (!this.take(")")) throw new PatternError("has a ( without its )");
    if (of.kind === "all" && of.parts.length === 0) throw new PatternError("has an empty group");
    return isPlain ? of : { kind: "capture", of };
  }

  private escaped(): Test {
    const character = this.next();
    const known = ESCAPED[character];
    if (known) return known;
    if (/^[A-Za-z0-9]$/.test(character)) throw new PatternError(`has \\${character}, which isn't known here`);
    return (c) => c === character;
  }

  private charactersOfClass(): Test {
    const isNegated = this.take("^");
    const tests: Test[] = [];
    do {
      const from = this.next();
      if (from === "\\") tests.push(this.escaped());
      else if (this.characters[this.at] === "-" && this.characters[this.at + 1] !== "]")
        tests.push(this.range(from));
      else tests.push((c) => c === from);
    } while (!this.take("]"));
    return (c) => tests.some((test) => test(c)) !== isNegated;
  }

  private range(from: string): Test {
    this.at += 1;
    const to = this.next();
    if (to === "\\" || to < from) throw new PatternError("has a range in [] that ends before it begins");
    return (c) => c >= from && c <= to;
  }

  private take(character: string): boolean {
    if (this.characters[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private next(): string {
    const character = this.characters[this.at];
    if (character === undefined) throw new PatternError("ends too early");
    this.at += 1;
    return character;
  }
}

function holdsCapture(node: Node): boolean {
  if (node.kind === "capture") return true;
  if (node.kind === "all") return node.parts.some(holdsCapture);
  if (node.kind === "either") return node.choices.some(holdsCapture);
  return node.kind === "repeat" && holdsCapture(node.of);
}

/** What the capture of a pattern is made of. @returns null for a pattern without one */
function captureIn(node: Node): Node | null {
  switch (node.kind) {
    case "character":
      return null;
    case "capture":
      return node.of;
    case "repeat":
      return captureIn(node.of);
    default:
      for (const part of node.kind === "all" ? node.parts : node.choices) {
        const found = captureIn(part);
        if (found) return found;
      }
      return null;
  }
}

function mayBeEmpty(node: Node | null): boolean {
  switch (node?.kind) {
    case "all":
      return node.parts.every(mayBeEmpty);
    case "either":
      return node.choices.some(mayBeEmpty);
    case "repeat":
      return node.min === 0 || mayBeEmpty(node.of);
    case "capture":
      return mayBeEmpty(node.of);
    default:
      return false;
  }
}

function write(node: Node, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new PatternError("is too large");
  switch (node.kind) {
    case "character":
      steps.push({ do: "character", test: node.test });
      break;
    case "all":
      for (const part of node.parts) write(part, steps);
      break;
    case "capture":
      steps.push({ do: "save", slot: 0 });
      write(node.of, steps);
      steps.push({ do: "save", slot: 1 });
      break;
    case "either":
      writeChoices(node.choices, steps);
      break;
    case "repeat":
      writeRepeat(node, steps);
      break;
  }
}

/** Adds a fork whose ways are set later. */
function fork(steps: Step[]): { do: "fork"; first: number; second: number } {
  const step = { do: "fork" as const, first: steps.length + 1, second: steps.length + 1 };
  steps.push(step);
  return step;
}

function writeChoices(choices: readonly Node[], steps: Step[]): void {
  const ends: { first: number; second: number }[] = [];
  choices.forEach((choice, nth) => {
    const isLast = nth === choices.length - 1;
    const way = isLast ? null : fork(steps);
    write(choice, steps);
    if (way) {
      ends.push(fork(steps));
      way.second = steps.length;
    }
  });
  for (const end of ends) end.first = end.second = steps.length;
}

function writeRepeat({ of, min, max }: { of: Node; min: number; max: number }, steps: Step[]): void {
  for (let nth = 0; nth < min; nth += 1) write(of, steps);
  if (max === Number.POSITIVE_INFINITY) {
    const begin = steps.length;
    const way = fork(steps);
    write(of, steps);
    const back = fork(steps);
    back.first = back.second = begin;
    way.second = steps.length;
    return;
  }
  const ways: { second: number }[] = [];
  for (let nth = min; nth < max; nth += 1) {
    ways.push(fork(steps));
    write(of, steps);
  }
  for (const way of ways) way.second = steps.length;
}

type Thread = { at: number; from: number; to: number };

function run(steps: readonly Step[], characters: readonly string[]): string | null {
  let threads = follow(steps, [{ at: 0, from: 0, to: 0 }], 0);
  for (const [index, character] of characters.entries()) {
    const moved = threads.flatMap((thread) => {
      const step = steps[thread.at];
      return step?.do === "character" && step.test(character) ? [{ ...thread, at: thread.at + 1 }] : [];
    });
    threads = follow(steps, moved, index + 1);
  }
  const found = threads.find(({ at }) => steps[at]?.do === "match");
  return found ? characters.slice(found.from, found.to).join("") : null;
}

/** Moves threads on to where they wait for a character, or match. The first of several at one step counts. */
function follow(steps: readonly Step[], threads: readonly Thread[], position: number): Thread[] {
  const seen = new Set<number>();
  const waiting: Thread[] = [];
  const open = [...threads].reverse();
  for (let thread = open.pop(); thread; thread = open.pop()) {
    if (seen.has(thread.at)) continue;
    seen.add(thread.at);
    const step = steps[thread.at];
    if (step?.do === "fork") open.push({ ...thread, at: step.second }, { ...thread, at: step.first });
    else if (step?.do === "save")
      open.push({ ...thread, at: thread.at + 1, [step.slot === 0 ? "from" : "to"]: position });
    else waiting.push(thread);
  }
  return waiting;
}
