import { describe, expect, test } from "vitest";
import { judgeMetrics } from "./judge-metrics";

const NOW_MS = Date.UTC(2026, 10, 21, 15);
const seconds = NOW_MS / 1000;
const GOOD = `# HELP migration_items_done Items that are done.
# TYPE migration_items_done gauge
migration_items_done{job_name="migrate-photos"} 31204
# TYPE migration_items_expected gauge
migration_items_expected{job_name="migrate-photos"} 48210
# TYPE migration_errors_total counter
migration_errors_total{job_name="migrate-photos"} 3
# TYPE migration_last_error_timestamp_seconds gauge
migration_last_error_timestamp_seconds{job_name="migrate-photos",error="album 7: \\"a\\\\b\\" not found"} ${seconds - 60}
go_goroutines 7
`;
const said = (text: string) =>
  judgeMetrics(text, NOW_MS).map(
    ({ kind, line, message }) => `${kind}${line === null ? "" : ` ${line}`}: ${message}`,
  );
const change = (from: string | RegExp, to: string) => said(GOOD.replace(from, to));

describe("a job's metrics", () => {
  test("that follow the contract are fine, and others beside them don't matter", () => {
    expect(said(GOOD)).toEqual([]);
  });

  test("that are none are told what is needed", () => {
    expect(said("")).toEqual([
      "wrong: No progress is reported: expose migration_items_done, migration_bytes_done or migration_progress_ratio.",
      "missing: migration_errors_total would report the number of errors; 0 while there are none.",
    ]);
  });

  test.each([
    ["31204", "NaN", /^wrong 3: migration_items_done is NaN/],
    ["31204", "-1", /^wrong 3: migration_items_done is -1, and may not be below 0/],
    [
      "31204",
      "48211",
      /^wrong 3: migration_items_done is 48211, more than migration_items_expected \(48210\)/,
    ],
    ["31204", "many", /^wrong 3: The line has many where a number belongs/],
    ["done gauge", "done counter", /^wrong 3: migration_items_done is declared as a counter, and is a gauge/],
    [/# TYPE migration_items_done gauge\n/, "", /^wrong 2: migration_items_done is not declared/],
    [
      /migration_items_expected/g,
      "migration_items_total",
      /^wrong 5: migration_items_total isn't in the contract. Did you mean migration_items_expected/,
    ],
    [/migration_errors_total/g, "migration_error_total", /Did you mean migration_errors_total/],
    ['"} 3\n', '",tenant="tickets"} 3\n', /^wrong 7: migration_errors_total has the label tenant/],
    [`${seconds - 60}`, `${NOW_MS}`, /^wrong 9: .* looks like milliseconds/],
    [`${seconds - 60}`, `${seconds + 3_600}`, /^wrong 9: .* lies 60 min in the future/],
    [/,error=.*"\}/, "}", /^wrong 9: .* has no label error/],
    ["{job_name=", "{job name=", /^wrong 3: The line has labels that can't be read/],
  ])("with %s for %s are told so, with the line", (from, to, message) => {
    expect(change(from, to)[0]).toMatch(message);
  });

  test("in per cent are told how to write a share", () => {
    expect(said("# TYPE migration_progress_ratio gauge\nmigration_progress_ratio 62")[0]).toBe(
      "wrong 2: migration_progress_ratio is 62, and a share lies between 0 and 1. For 62 % write 0.62.",
    );
  });

  test("without a whole, or without the job's name, are told what that costs", () => {
    const text =
      "# TYPE migration_bytes_done gauge\nmigration_bytes_done 5\n# TYPE migration_errors_total counter\nmigration_errors_total 0";
    expect(said(text)).toEqual([
      expect.stringMatching(/^missing: migration_bytes_expected/),
      expect.stringMatching(/^note: No series has the label job_name/),
    ]);
  });

  test("of several errors at once are refused: each text would be kept as a series", () => {
    const more = `${GOOD}migration_last_error_timestamp_seconds{job_name="migrate-photos",error="b"} ${seconds}\n`;
    expect(said(more)).toEqual([expect.stringMatching(/^wrong 11: .* stands here 2 times/)]);
  });

  test("beside the contract are shown under their own names", () => {
    expect(said(`${GOOD}migration_albums_open 3\n`)).toEqual([
      "note 11: migration_albums_open isn't in the contract. It is shown under its own name.",
    ]);
  });
});
