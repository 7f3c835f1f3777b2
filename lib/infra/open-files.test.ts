import { expect, test } from "vitest";
import { openFilesShortage } from "./open-files";

test.each([
  ["a system that doesn't say", null, null],
  ["enough", { limit: 1024, open: 90 }, null],
  ["the least that is enough", { limit: 256, open: 90 }, null],
  ["too few, whatever is in use", { limit: 64, open: 10 }, /only 64 files and connections .* needs 256/],
  ["nearly all in use", { limit: 1024, open: 922 }, /has 922 files .* may have 1024/],
])("%s", (_, files, sentence) => {
  const said = openFilesShortage(files);
  if (sentence === null) expect(said).toBeNull();
  else expect(said).toMatch(sentence);
});
