/**
 * What ends a line, hides, or turns the direction of what follows, and letters without a shape: fillers of
 * Hangul, vowels of Khmer, a blank of Braille, a note without a head. What writing needs of them is no hidden
 * character.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u;

/**
 * Writing in which a zero-width (non-)joiner changes how letters look: Arabic, and that of India and its
 * east.
 */
const JOINED_SCRIPTS = [
  ...["Arabic", "Syriac", "Mandaic", "Nko", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"],
  ...["Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan"],
  ...["Balinese", "Javanese"],
];
const JOINED_LETTER = new RegExp(
  `[${JOINED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join("")}]`,
  "u",
);
const ZWNJ = "\u200c";
const ZWJ = "\u200d";

/** Which letters have variants, and by which characters behind them (Unicode 16, section 23.4). */
const VARIANTS: readonly (readonly [selector: RegExp, letter: RegExp])[] = [
  [/[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u, /\p{Ideographic}/u],
  [/[\u180b-\u180d\u180f]/u, /\p{Script=Mongolian}/u],
];

/**
 * Emoji that are several characters to Unicode (UTS #51): a picture that is chosen against its letter or the
 * other way round, pictures that a joiner makes one, as in a family, keys, and flags of regions that are
 * spelled in tags up to a closing one. Tags anywhere else are hidden text.
 */
const PICTURE = String.raw`(?!\p{Cn})\p{Extended_Pictographic}(?:[\ufe0e\ufe0f]|\p{Emoji_Modifier})?`;
const FLAG = String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`;
const KEY = String.raw`[0-9#*]\ufe0f\u20e3`;
const EMOJI_SEQUENCE = new RegExp(`${FLAG}|${KEY}|${PICTURE}(?:\\u200d${PICTURE})*`, "gu");

/**
 * A text in which everything is seen: what ends lines, hides or turns the direction becomes a space. Joiners
 * stay where writing or an emoji needs them: between letters of scripts that join, behind one where the
 * joiner gives it its shape, within an emoji. What chooses a variant stays directly behind what has variants.
 * @returns one line; several spaces in a row are one
 */
export const visibleText = (text: string): string => seenOf(text).replace(/\s+/g, " ").trim();

/** The same of a line of a longer text, which keeps its spaces and tabs. */
export const visibleLine = (line: string): string => line.split("\t").map(seenOf).join("\t");

/** For a search: a text with `gap` for each character that could hide within a word, or part two of them. */
export const withoutHidden = (text: string, gap: "" | " "): string =>
  text.replace(new RegExp(HIDDEN, "gu"), gap);

function seenOf(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: emoji, index } of text.matchAll(EMOJI_SEQUENCE)) {
    parts.push(lettersOf(text.slice(from, index)), emoji);
    from = index + emoji.length;
  }
  parts.push(lettersOf(text.slice(from)));
  return parts.join("");
}

function lettersOf(text: string): string {
  if (!HIDDEN.test(text)) return text;
  const characters = Array.from(text);
  return characters
    .map((character, at) => (HIDDEN.test(character) && !isNeeded(characters, at) ? " " : character))
    .join("");
}

/**
 * RFC 5892 A.1 and A.2 by script: a joiner shapes the letter before it, a non-joiner only keeps two letters
 * apart.
 */
function isNeeded(characters: readonly string[], at: number): boolean {
  const character = characters[at] ?? "";
  const before = characters[at - 1] ?? "";
  if (character === ZWJ) return JOINED_LETTER.test(before);
  if (character === ZWNJ) return JOINED_LETTER.test(before) && JOINED_LETTER.test(characters[at + 1] ?? "");
  return VARIANTS.some(([selector, letter]) => selector.test(character) && letter.test(before));
}
