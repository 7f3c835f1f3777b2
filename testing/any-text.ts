import fc from "fast-check";

const FIRST_SURROGATE = 0xd8_00;
const SURROGATES = 0x8_00;
/** Any character. A half of a surrogate pair is none. */
const CHARACTER = fc
  .integer({ min: 0, max: 0x10_ff_ff - SURROGATES })
  .map((code) => String.fromCodePoint(code < FIRST_SURROGATE ? code : code + SURROGATES));
/** What JavaScript and its libraries may take for something of their own. */
const DANGEROUS = fc.constantFrom("__proto__", "constructor", "toString", "valueOf", "null", "\0", "");

/**
 * Text of any characters. As `string({ unit: "binary" })` of fast-check, which fills a table of a million entries in each process
 * before its first value.
 */
export const anyText = ({ maxLength }: { maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.array(CHARACTER, { maxLength }).map((characters) => characters.join("")) },
    { weight: 1, arbitrary: DANGEROUS.filter(({ length }) => length <= (maxLength ?? length)) },
  );
