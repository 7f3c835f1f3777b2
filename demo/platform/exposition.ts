export type Labels = Readonly<Record<string, string>>;

/** Escapes a label's value as the text exposition format asks: backslash, double quote, line feed. */
export function escapeLabelValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** `name{a="1",b="2"}`: all of a sample but its value. Empty values are left out, as Prometheus itself drops them. */
export function sampleHead(name: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== "")
    .map(([label, value]) => `${label}="${escapeLabelValue(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}

type Family = { help: string; type: "gauge" | "counter"; lines: string[] };

/** Collects samples and writes them as text exposition format 0.0.4, each family under its HELP and TYPE. */
export class Exposition {
  readonly #families = new Map<string, Family>();

  gauge(name: string, help: string): this {
    this.#families.set(name, { help, type: "gauge", lines: [] });
    return this;
  }

  counter(name: string, help: string): this {
    this.#families.set(name, { help, type: "counter", lines: [] });
    return this;
  }

  /** @throws Error when the family wasn't declared: a sample without a type is a mistake here. */
  add(name: string, labels: Labels, value: number): this {
    const family = this.#families.get(name);
    if (!family) throw new Error(`The metric ${name} was not declared before its sample.`);
    family.lines.push(`${sampleHead(name, labels)} ${value}`);
    return this;
  }

  text(): string {
    let text = "";
    for (const [name, { help, type, lines }] of this.#families) {
      if (lines.length === 0) continue;
      text += `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
      text += `${lines.join("\n")}\n`;
    }
    return text;
  }
}

export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
