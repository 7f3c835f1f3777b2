import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "@/testing/any-text";
import { visibleLine, visibleText } from "./hidden-characters";

const KEPT: [string, string][] = [
  ["Persian, a non-joiner between letters", "کتاب\u200cخانه"],
  ["Persian, a joiner behind a letter", "ه\u200d.ش"],
  ["Sinhala, a joiner behind a virama", "ශ්\u200dරී ලංකා"],
  ["Malayalam, an old chillu at the word's end", "അവന്\u200d"],
  ["Devanagari, half a letter", "क्\u200dष"],
  ["Bengali, a non-joiner behind a virama", "র\u200c্য"],
  ["a family", "👨\u200d👩\u200d👧\u200d👦"],
  ["a skin and a profession", "👩🏽\u200d🚒"],
  ["a flag of colours", "🏳️\u200d🌈"],
  ["a flag of a region, spelled in tags", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
  ["a flag of two letters", "🇳🇱"],
  ["a heart on fire", "❤️\u200d🔥"],
  ["a sign as a picture and as text", "⚠\ufe0f or ⚠\ufe0e"],
  ["a key with a digit", "1\ufe0f\u20e3"],
  ["a Japanese name, a variant of its ideograph", "葛\u{e0100}城"],
  ["Mongolian, a variant of a letter", "ᠠ\u180bᠨ"],
];

describe("what writing needs", () => {
  test.each(KEPT)("%s is kept", (_, text) => {
    expect(visibleText(text)).toBe(text);
    expect(visibleText(`Photos ${text} 2`)).toBe(`Photos ${text} 2`);
  });
});

describe("what hides", () => {
  test.each<[string, string, string]>([
    ["a joiner between Latin letters", "Pay\u200dPal", "Pay Pal"],
    ["a non-joiner between Latin letters", "Pay\u200cPal", "Pay Pal"],
    ["a joiner at the beginning", "\u200dکتاب", "کتاب"],
    ["a non-joiner at a word's end", "کتاب\u200c x", "کتاب x"],
    ["several joiners in a row", "ه\u200d\u200d\u200d", "ه\u200d"],
    ["a joiner behind one picture", "👩\u200d x", "👩 x"],
    ["tags without a flag", "Photos\u{e0068}\u{e0069}", "Photos"],
    ["tags that don't close", "🏴\u{e0067}\u{e0062}x", "🏴 x"],
    ["a zero-width space, a BOM and a soft hyphen", "a\u200bb\ufeffc\u00add", "a b c d"],
    ["what turns the direction", "a\u202eb\u2066c\u200f", "a b c"],
    ["a joiner of graphemes", "a\u034fb", "a b"],
    ["fillers of Hangul, whole and half", "a\u115fb\u1160c\u3164d\uffa0e", "a b c d e"],
    ["vowels of Khmer that nobody sees", "ក\u17b4ខ\u17b5គ", "ក ខ គ"],
    ["a blank of Braille, and a note without a head", "a\u2800b\u{1d159}c", "a b c"],
    [
      "what chooses a variant where there is none",
      "a\ufe0fb\ufe00c\u{e0100}d\u{e01ef}e\u180bf",
      "a b c d e f",
    ],
    ["a second choice of a variant", "葛\u{e0100}\u{e0101}城 ⚠\ufe0f\ufe0f!", "葛\u{e0100} 城 ⚠\ufe0f !"],
    ["a picture's variant behind a digit", "1\ufe0f2", "1 2"],
    ["what Unicode ignores and hasn't assigned", "a\u2065b\u{e0fff}c", "a b c"],
    ["line ends", "a\r\nb\u2028c\u0085d", "a b c d"],
  ])("%s is removed", (_, text, left) => {
    expect(visibleText(text)).toBe(left);
  });

  test("nothing but a joiner that is needed remains of what hides, and a second look changes nothing", () => {
    const piece = fc.oneof(
      anyText({ maxLength: 4 }),
      fc.constantFrom("\u200d", "\u200c", "\u202e", "ه", "👩", "\u{e0067}", "\u{e007f}", "🏴", "a", "\u00ad"),
      fc.constantFrom("\ufe0f", "\ufe0e", "葛", "\u{e0100}", "\u20e3", "1", "\u3164", "\u2800", "\u{1f8ff}"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const seen = visibleText(pieces.join(""));
        const letters = seen
          .replace(/[\u200c\u200d]|🏴[\u{e0030}-\u{e007a}]+\u{e007f}/gu, "")
          .replace(/(\p{Extended_Pictographic}|[0-9#*](?=.\u20e3))[\ufe0e\ufe0f]/gu, "$1")
          .replace(/(\p{Ideographic})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/gu, "$1")
          .replace(/(\p{Script=Mongolian})[\u180b-\u180d\u180f]/gu, "$1");
        expect(letters).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u,
        );
        expect(seen).not.toMatch(/[\u200c\u200d]{2}|[A-Za-z][\u200c\u200d]/u);
        expect(visibleText(seen)).toBe(seen);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a line of a longer text keeps its spaces and tabs", () => {
  expect(visibleLine("  -\ta\u202eb  👩\u200d👩\u200d👧 ")).toBe("  -\ta b  👩\u200d👩\u200d👧 ");
});
