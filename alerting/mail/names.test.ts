import { describe, expect, test } from "vitest";
import { lineTitle, mailLineName, nameInWords } from "./names";

describe("a name from outside", () => {
  test("is one line, whatever ends lines in it", () => {
    for (const end of ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029", "\u000b"]) {
      expect(nameInWords(`Photos${end}Bcc: all@example.org`, 80)).toBe("Photos Bcc: all@example.org");
    }
  });

  test("can't turn the direction of what follows, nor hide anything", () => {
    expect(nameInWords("Photos\u202egnp.exe\u2066\u200b\ufeff!", 80)).toBe("Photos gnp.exe !");
  });

  test("keeps the joiners that its writing needs", () => {
    for (const name of ["ශ්\u200dරී ලංකා", "അവന്\u200d", "👨\u200d👩\u200d👧"])
      expect(nameInWords(name, 80)).toBe(name);
    expect(nameInWords("کتاب\u200cخانه", 80)).toBe("\u2068کتاب\u200cخانه\u2069");
  });

  test("keeps a tower of accents at three", () => {
    expect(nameInWords(`Zalgo e${"\u0301".repeat(5_000)}`, 80)).toBe(`Zalgo e${"\u0301".repeat(3)}`);
  });

  test("is cut at its limit between characters, not within one", () => {
    expect(nameInWords("x".repeat(10_240), 60)).toBe(`${"x".repeat(59)}…`);
    expect(nameInWords("👍🏽".repeat(50), 3)).toBe("👍🏽👍🏽…");
    expect(nameInWords("😀\ud83d", 10)).toBe("😀");
  });

  test("is isolated where it runs from right to left, so that the sentence around it stays in order", () => {
    expect(nameInWords("ספריית תמונות", 80)).toBe("\u2068ספריית תמונות\u2069");
  });

  test("says so when nothing of it is left", () => {
    expect(nameInWords("\u200b\n", 80)).toBe("(no name)");
  });
});

test("a line goes by its signal's title, with the label only where that distinguishes it from others", () => {
  const name = (signalTitle: string, lineLabel: string) => mailLineName({ signalTitle, lineLabel });
  expect(name("Error rate", "Failed requests (5xx)")).toBe("error rate");
  expect(name("Saturation", "Memory")).toBe("memory saturation");
  expect(name("Saturation", "CPU")).toBe("CPU saturation");
  expect(name("Latency", "p95")).toBe("latency p95");
  expect(name("Latency", "Latency")).toBe("latency");
  expect(lineTitle({ signalTitle: "Saturation", lineLabel: "Memory" })).toBe("Memory saturation");
});
