import { expect, test } from "vitest";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import { fineInWords, shareInWords, worstPartInWords } from "./breakdown-words";

function breakdown(change: Partial<Breakdown>, part: Partial<Breakdown["parts"][number]> = {}): Breakdown {
  const worst = {
    name: ["photos-1", "db"],
    words: "container db of pod photos-1",
    value: 0.93,
    isBad: true,
    share: null,
  };
  return {
    label: "containers",
    adds: false,
    parts: [{ ...worst, ...part }],
    counts: { all: 3, bad: 1 },
    ...change,
  };
}
const plain = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;
const worst = (...made: Parameters<typeof breakdown>) => plain(worstPartInWords(breakdown(...made), "share"));

test("the worst part is named with its value, and with how many are fine", () => {
  const begin = "container db of pod photos-1";
  expect(worst({})).toBe(`${begin} (93 %); 2 of 3 containers are within the threshold`);
  expect(worst({ counts: { all: 2, bad: 1 } })).toBe(
    `${begin} (93 %); 1 of 2 containers is within the threshold`,
  );
  expect(worst({ counts: { all: 3, bad: 3 } })).toBe(
    `${begin} (93 %); all 3 containers breach the threshold`,
  );
  expect(worst({ counts: null })).toBe(`${begin} (93 %)`);
});

test("where parts add up, the worst is named with its share", () => {
  const added = { adds: true, label: "routes", counts: { all: 40, bad: 2 } };
  const route = { words: "route /upload", share: 0.91 };
  const begin = "route /upload";
  expect(worst(added, route)).toBe(`${begin} (91 % of it); 38 of 40 routes have none`);
  expect(worst({ ...added, counts: { all: 2, bad: 1 } }, route)).toBe(
    `${begin} (91 % of it); 1 of 2 routes has none`,
  );
  expect(worst({ ...added, counts: { all: 2, bad: 2 } }, route)).toBe(
    `${begin} (91 % of it); both routes have a share`,
  );
  expect(worst({ ...added, counts: null }, { ...route, share: null })).toBe(`${begin}`);
});

test("a part that is fine explains nothing, and nothing is said of it", () => {
  expect(worst({ counts: { all: 3, bad: 0 } }, { isBad: false })).toBeNull();
  expect(worst({ parts: [] })).toBeNull();
});

test("where all are alike, that is said", () => {
  expect(fineInWords(breakdown({ counts: { all: 2, bad: 2 } }))).toBe("both containers breach the threshold");
  expect(fineInWords(breakdown({ counts: { all: 2, bad: 0 } }))).toBe(
    "both containers are within the threshold",
  );
  expect(fineInWords(breakdown({ counts: { all: 9, bad: 0 } }))).toBe(
    "all 9 containers are within the threshold",
  );
});

test("one part alone is no news, and isn't counted", () => {
  expect(worst({ counts: { all: 1, bad: 1 } })).toBeNull();
  expect(fineInWords(breakdown({ counts: { all: 1, bad: 1 } }))).toBeNull();
});

test.each([
  [1, "100 %"],
  [0.999, "more than 99 %"],
  [0.905, "91 %"],
  [0.004, "less than 1 %"],
  [0, "0 %"],
])("a share of %d is %s", (share, words) => expect(plain(shareInWords(share))).toBe(words));
