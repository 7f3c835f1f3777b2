import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync("app/globals.css", "utf8");

/** What stands in the braces after a text. */
function blockAfter(start: string, within = css): string {
  const from = within.indexOf("{", within.indexOf(start));
  let depth = 0;
  for (let at = from; at < within.length; at += 1) {
    if (within[at] === "{") depth += 1;
    if (within[at] === "}") depth -= 1;
    if (depth === 0) return within.slice(from + 1, at);
  }
  throw new Error(`Nothing is closed after ${start}`);
}
const propertiesOf = (block: string) => [...block.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name);

test("paper has a colour of its own for each that the dark scale changes", () => {
  const dark = propertiesOf(blockAfter("@media (prefers-color-scheme: dark)"));
  const paper = propertiesOf(blockAfter(":root", blockAfter("@media print")));
  expect(dark.filter((name) => !paper.includes(name))).toEqual([]);
  expect(dark.length).toBeGreaterThan(10);
});

test("in the system's own colours no mark takes the place of the keyboard's ring", () => {
  const rules = [...blockAfter("@media (forced-colors: active)").matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  const marks = rules.flatMap(([, selector = "", body = ""]) =>
    body.includes("outline:") ? [selector] : [],
  );
  expect(marks.length).toBeGreaterThan(0);
  for (const selector of marks) expect(selector).toMatch(/:not\([^)]*:focus-visible\)/);
});

/** The colours of a scheme as they stand in a block of the sheet. */
const coloursOf = (block: string): Record<string, string> =>
  Object.fromEntries(
    [...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]),
  );

/** WCAG's contrast of two colours. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const TEXT = ["--ink", "--ink-soft", "--accent", "--ok", "--warn", "--bad", "--mute"];
const LIGHT = coloursOf(blockAfter(":root"));
const DARK = { ...LIGHT, ...coloursOf(blockAfter("@media (prefers-color-scheme: dark)")) };

test.each([
  ["light", 4.5, LIGHT],
  ["dark", 4.5, DARK],
  ["light, more contrast", 7, { ...LIGHT, ...coloursOf(blockAfter("@media (prefers-contrast: more)")) }],
  [
    "dark, more contrast",
    7,
    { ...DARK, ...coloursOf(blockAfter("@media (prefers-contrast: more) and (prefers-color-scheme: dark)")) },
  ],
] as const)("every colour of text is read on every background: %s, %s:1", (_, least, colours) => {
  const grounds = Object.keys(colours).filter(
    (name) => /canvas|surface|sunken|-soft$/.test(name) && name !== "--ink-soft",
  );
  for (const text of TEXT)
    for (const ground of grounds) {
      const own =
        ground.endsWith("-soft") && !["--ink", "--ink-soft"].includes(text) && ground !== `${text}-soft`;
      if (!own)
        expect(
          contrast(colours[text] ?? "", colours[ground] ?? ""),
          `${text} on ${ground}`,
        ).toBeGreaterThanOrEqual(least);
    }
  if (least === 7)
    expect(contrast(colours["--line"] ?? "", colours["--surface"] ?? "")).toBeGreaterThanOrEqual(3);
});
