import { describe, expect, test } from "vitest";
import { Exposition, escapeLabelValue, sampleHead } from "./exposition";

describe("the text exposition", () => {
  test("escapes what would end a label's value early", () => {
    expect(escapeLabelValue('a\\b"c\nd')).toBe('a\\\\b\\"c\\nd');
  });

  test("leaves empty labels out, and the braces where none is left", () => {
    expect(sampleHead("up", { node: "" })).toBe("up");
    expect(sampleHead("up", { job: "kubelet", node: "" })).toBe('up{job="kubelet"}');
  });

  test("writes each family once under its help and type, and families without samples not at all", () => {
    const text = new Exposition()
      .gauge("probe_success", "Whether it succeeded.")
      .counter("restarts_total", "Never seen here.")
      .add("probe_success", { tenant: "a" }, 1)
      .add("probe_success", { tenant: "b" }, 0)
      .text();
    expect(text).toBe(
      '# HELP probe_success Whether it succeeded.\n# TYPE probe_success gauge\nprobe_success{tenant="a"} 1\nprobe_success{tenant="b"} 0\n',
    );
  });

  test("refuses a sample whose family nobody declared", () => {
    expect(() => new Exposition().add("unknown", {}, 1)).toThrow("unknown was not declared");
  });
});
