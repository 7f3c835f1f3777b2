/** One sample of a text exposition, with the line that it stands on. */
export type ExposedSample = { name: string; labels: Record<string, string>; value: number; line: number };

export type Exposed = {
  samples: ExposedSample[];
  /** By metric name, as `# TYPE` says. */
  types: Map<string, string>;
  /** Lines that can't be read. */
  unreadable: { line: number; message: string }[];
};

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\s*\{(.*)\})?\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?))?\s*$/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\["\\n])*)"\s*(,|$)/y;
const SPECIAL: Record<string, number> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

/** Reads Prometheus's text exposition format, as far as a job needs it. Each line that can't be read is reported and skipped. */
export function readExposition(text: string): Exposed {
  const exposed: Exposed = { samples: [], types: new Map(), unreadable: [] };
  text.split("\n").forEach((raw, index) => {
    const line = index + 1;
    const content = raw.replace(/\r$/, "").trim();
    if (content === "") return;
    if (content.startsWith("#")) {
      const [, name, type] = /^#\s+TYPE\s+(\S+)\s+(\S+)$/.exec(content) ?? [];
      if (name && type) exposed.types.set(name, type);
      return;
    }
    const sample = readSample(content);
    if (typeof sample === "string") exposed.unreadable.push({ line, message: sample });
    else exposed.samples.push({ ...sample, line });
  });
  return exposed;
}

/** @returns the sample, or what is wrong with it as a sentence */
function readSample(content: string): Omit<ExposedSample, "line"> | string {
  const [, name, labelText, valueText] = SAMPLE.exec(content) ?? [];
  if (!name || valueText === undefined)
    return "is not a sample: write a name, labels in braces where there are any, and a number.";
  const labels = readLabels(labelText ?? "");
  if (!labels)
    return 'has labels that can\'t be read: write name="value", with \\" for a quote and \\n for a new line.';
  const value = SPECIAL[valueText] ?? (/^[+-]?(\d|\.\d)/.test(valueText) ? Number(valueText) : undefined);
  if (value === undefined || (Number.isNaN(value) && valueText !== "NaN"))
    return `has ${valueText} where a number belongs.`;
  return { name, labels, value };
}

function readLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  const end = text.trimEnd().length;
  while (LABEL.lastIndex < end) {
    const match = LABEL.exec(text);
    if (!match) return null;
    const [, name = "", value = ""] = match;
    labels[name] = value.replace(/\\(["\\n])/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}
