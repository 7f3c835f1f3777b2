import { nearest } from "@/lib/infra/nearest";
import { CONTRACT, type ContractMetric, JOB_LABEL, PROGRESS_METRICS } from "./contract";
import { type Exposed, type ExposedSample, readExposition } from "./exposition";

/** wrong: it would be shown wrongly or not at all. missing: it is worth adding. note: fine, but worth knowing. */
export type Finding = { kind: "wrong" | "missing" | "note"; line: number | null; message: string };

const CLOCK_SLACK_SECONDS = 120;
const MOST_ERROR_TEXTS = 1;
const LONGEST_ERROR = 300;
/** What is about the whole comes after what is about a line. */
const LAST = Number.MAX_SAFE_INTEGER;

/**
 * Judges what a job exposes against the contract.
 * @param text the text exposition
 * @returns findings, what is wrong first; none that is wrong means that the portal can show it
 */
export function judgeMetrics(text: string, nowMs: number): Finding[] {
  const exposed = readExposition(text);
  const own = exposed.samples.filter(({ name }) => name.startsWith("migration_"));
  const findings: Finding[] = [
    ...exposed.unreadable.map(({ line, message }) => wrong(line, `The line ${message}`)),
    ...CONTRACT.flatMap((metric) => judgeMetric(metric, exposed, nowMs)),
    ...relations(own),
    ...own.flatMap(labelFindings),
    ...missing(own),
    ...strangers(own),
  ];
  const order: Finding["kind"][] = ["wrong", "missing", "note"];
  return findings.sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.line ?? LAST) - (b.line ?? LAST),
  );
}

const wrong = (line: number | null, message: string): Finding => ({ kind: "wrong", line, message });

function judgeMetric(metric: ContractMetric, { samples, types }: Exposed, nowMs: number): Finding[] {
  const { name, type } = metric;
  const own = samples.filter((sample) => sample.name === name);
  const [first] = own;
  if (!first) return [];
  const declared = types.get(name);
  return [
    ...(declared === type
      ? []
      : [
          wrong(
            first.line,
            `${name} is ${declared ? `declared as a ${declared}` : "not declared"}, and is a ${type}: write "# TYPE ${name} ${type}" above it.`,
          ),
        ]),
    ...own.flatMap((sample) => judgeValue(metric, sample, nowMs)),
    ...severalFindings(metric, own),
  ];
}

function judgeValue(
  { name, unit }: ContractMetric,
  { value, line, labels }: ExposedSample,
  nowMs: number,
): Finding[] {
  if (!Number.isFinite(value))
    return [
      wrong(
        line,
        `${name} is ${value}, where a number of ${unit} belongs. Leave it out while it isn't known.`,
      ),
    ];
  if (value < 0) return [wrong(line, `${name} is ${value}, and may not be below 0.`)];
  if (name === "migration_progress_ratio" && value > 1) {
    const percent = value <= 100 ? ` For ${value} % write ${value / 100}.` : "";
    return [wrong(line, `${name} is ${value}, and a share lies between 0 and 1.${percent}`)];
  }
  if (name !== "migration_last_error_timestamp_seconds") return [];
  const error = labels.error ?? "";
  return [
    ...(error.trim() === ""
      ? [wrong(line, `${name} has no label error, which holds the error's words.`)]
      : []),
    ...(error.length > LONGEST_ERROR
      ? [
          wrong(
            line,
            `The label error of ${name} has ${error.length} characters; ${LONGEST_ERROR} are shown.`,
          ),
        ]
      : []),
    ...timeFindings(name, value, line, nowMs),
  ];
}

function timeFindings(name: string, seconds: number, line: number, nowMs: number): Finding[] {
  if (seconds > (nowMs / 1000) * 100)
    return [wrong(line, `${name} is ${seconds}, which looks like milliseconds. Write seconds.`)];
  if (seconds <= nowMs / 1000 + CLOCK_SLACK_SECONDS) return [];
  const ahead = Math.round((seconds - nowMs / 1000) / 60);
  return [wrong(line, `${name} lies ${ahead} min in the future: the job's clock and this one disagree.`)];
}

function severalFindings({ name, labels }: ContractMetric, own: readonly ExposedSample[]): Finding[] {
  const most = labels.includes("error") ? MOST_ERROR_TEXTS : 1;
  if (own.length <= most) return [];
  const message = labels.includes("error")
    ? `${name} stands here ${own.length} times: expose the last error only, or every error text becomes a series that is kept.`
    : `${name} stands here ${own.length} times. They are added up: expose it once for the whole job.`;
  return [{ kind: labels.includes("error") ? "wrong" : "note", line: own[1]?.line ?? null, message }];
}

/** More done than there is in all. */
function relations(own: readonly ExposedSample[]): Finding[] {
  return ["items", "bytes"].flatMap((what) => {
    const at = (part: string) => own.find(({ name }) => name === `migration_${what}_${part}`);
    const [done, expected] = [at("done"), at("expected")];
    if (!done || !expected || !(done.value > expected.value)) return [];
    return [
      wrong(
        done.line,
        `migration_${what}_done is ${done.value}, more than migration_${what}_expected (${expected.value}).`,
      ),
    ];
  });
}

function labelFindings({ name, labels, line }: ExposedSample): Finding[] {
  const allowed = CONTRACT.find((metric) => metric.name === name)?.labels;
  if (!allowed) return [];
  const strays = Object.keys(labels).filter((label) => label !== JOB_LABEL && !allowed.includes(label));
  return strays.map((label) =>
    label === "tenant"
      ? wrong(
          line,
          `${name} has the label tenant, which the platform stamps and a job may not write. Leave it out.`,
        )
      : { kind: "note" as const, line, message: `${name} has the label ${label}, which isn't read.` },
  );
}

function missing(own: readonly ExposedSample[]): Finding[] {
  const has = (name: string) => own.some((sample) => sample.name === name);
  const findings: Finding[] = [];
  const add = (kind: Finding["kind"], message: string) => findings.push({ kind, line: null, message });
  if (!PROGRESS_METRICS.some(has))
    add(
      "wrong",
      `No progress is reported: expose ${PROGRESS_METRICS.slice(0, -1).join(", ")} or ${PROGRESS_METRICS.at(-1)}.`,
    );
  for (const what of ["items", "bytes"])
    if (
      has(`migration_${what}_done`) &&
      !has(`migration_${what}_expected`) &&
      !has("migration_progress_ratio")
    )
      add(
        "missing",
        `migration_${what}_expected would report how many ${what} there are in all: without it there is no bar and no estimate.`,
      );
  if (!has("migration_errors_total"))
    add("missing", "migration_errors_total would report the number of errors; 0 while there are none.");
  if (own.length > 0 && !own.some(({ labels }) => labels[JOB_LABEL]))
    add(
      "note",
      `No series has the label ${JOB_LABEL}. That is right where Prometheus scrapes the job's pod; where the metrics are pushed or written to a file, write it yourself.`,
    );
  return findings;
}

/** What the contract doesn't know is shown by its name, unless it was meant to be something else. */
function strangers(own: readonly ExposedSample[]): Finding[] {
  const known = CONTRACT.map(({ name }) => name);
  const names = [...new Set(own.map(({ name }) => name))].filter((name) => !known.includes(name));
  return names.map((name) => {
    const line = own.find((sample) => sample.name === name)?.line ?? null;
    const meant = meantBy(name, known);
    if (meant) return wrong(line, `${name} isn't in the contract. Did you mean ${meant}?`);
    return { kind: "note", line, message: `${name} isn't in the contract. It is shown under its own name.` };
  });
}

/** A total ends in _expected here, since _total is a counter's ending. The others differ in what comes after the prefix. */
function meantBy(name: string, known: readonly string[]): string | null {
  const whole = known.find((each) => each.replace("_expected", "_total") === name);
  const rest = (each: string) => each.slice("migration_".length);
  const near = nearest(rest(name), known.map(rest));
  return whole ?? (near && `migration_${near}`);
}
