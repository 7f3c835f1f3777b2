import { beforeAll, describe, expect, test } from "vitest";
import { type Answers, answersOf, type Difference, differencesOf } from "./answers";
import type { StoreUnderTest } from "./compared-stores";
import { comparedSamples, type Scrapes } from "./compared-world";
import { STORE_DIFFERENCES } from "./store-differences";

/** A second on which the page's grid lies between whole minutes. */
const SECOND_OF_MINUTE = 30;
const SCRAPES: readonly Scrapes[] = ["between", "upon"];

/** Asks each store everything that pages ask, and requires the same answers but for what differs by design. */
export function comparedStoresTests([first, ...others]: readonly [
  StoreUnderTest,
  ...StoreUnderTest[],
]): void {
  describe.each(SCRAPES)("with scrapes %s the ends of windows", (scrapes) => {
    const answers = new Map<StoreUnderTest, Answers>();
    beforeAll(async () => {
      const samples = comparedSamples(scrapes);
      // One after the other: together they would take a small machine's memory.
      for (const store of [first, ...others]) {
        const running = await store.start(samples);
        try {
          answers.set(store, await answersOf(running.url, SECOND_OF_MINUTE));
        } finally {
          await running.stop();
        }
      }
    });
    const between = (store: StoreUnderTest) =>
      differencesOf(answers.get(first) ?? new Map(), answers.get(store) ?? new Map());

    test("the page, charts, timelines and migrations have something to compare", () => {
      const known = [...(answers.get(first) ?? [])].filter(([, value]) => typeof value === "number");
      const kinds = new Set(known.map(([path]) => path.split(" ")[0]));
      expect([...kinds].sort()).toEqual(["chart", "migration", "page", "timeline"]);
      expect(known.length).toBeGreaterThan(50_000);
    });

    test.each(others)(`$name answers as ${first.name}, but for what differs by design`, (store) => {
      const designed = STORE_DIFFERENCES.filter((each) => each.isBetween(first, store, scrapes));
      const differences = between(store);
      const isDesigned = (one: Difference) => designed.some(({ explains }) => explains(one));
      expect(differences.filter((one) => !isDesigned(one))).toEqual([]);
      const unseen = designed.filter(({ explains }) => !differences.some(explains));
      expect(
        unseen.map(({ what }) => what),
        "no difference is declared that isn't there",
      ).toEqual([]);
    });

    test.each(others)(`$name leads to the same verdicts, events and states as ${first.name}`, (store) => {
      const verdicts = /( overall \w+| status| condition| reading kind| kind| version| reason| state)$/;
      expect(between(store).filter(({ path }) => verdicts.test(path))).toEqual([]);
    });
  });
}
