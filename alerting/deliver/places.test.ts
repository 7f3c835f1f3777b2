import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placesOf, type Try } from "./places";

const CONCURRENCY = 20;
const tryOf = (tenantId: string, change: Partial<Try> = {}): Try => ({
  tenantId,
  recipient: `owner@${tenantId}.example`,
  isSlow: false,
  isReserved: false,
  ...change,
});
const many = (count: number, of: (n: number) => Try) => Array.from({ length: count }, (_, n) => of(n));
const places = (...tries: Try[]) => placesOf(tries, tries.length, CONCURRENCY);

describe("the places of a worker", () => {
  test("are all open while nothing is slow, and as many as it sends at a time", () => {
    expect(places()).toEqual({
      open: 20,
      reserved: 0,
      leftOut: { tenantIds: [], domains: [] },
      isFree: true,
    });
    expect(places(...many(12, (n) => tryOf(`t${n}`)))).toMatchObject({ open: 8, reserved: 0 });
    expect(places(...many(20, (n) => tryOf(`t${n}`)))).toMatchObject({ open: 0, reserved: 0, isFree: false });
  });

  test("of which one slow capability takes the open ones, leave half of the reserved ones to others at once", () => {
    const slow = many(20, () => tryOf("one", { isSlow: true }));
    expect(places(...slow)).toEqual({
      open: 0,
      reserved: 10,
      leftOut: { tenantIds: ["one"], domains: [] },
      isFree: true,
    });
    expect(places(...slow, ...many(10, (n) => tryOf(`t${n}`, { isReserved: true })))).toMatchObject({
      open: 0,
      reserved: 0,
    });
  });

  test("are given to whose turn it is as soon as an open one is free, also to a slow capability", () => {
    expect(places(...many(19, () => tryOf("one", { isSlow: true })))).toMatchObject({
      open: 1,
      reserved: 10,
    });
  });

  test("that are reserved are never full at once: others that turn out to be slow get half of what is left", () => {
    const slow = many(20, () => tryOf("one", { isSlow: true }));
    const given: number[] = [];
    for (let group = 0; group < 4; group += 1) {
      const { reserved } = places(...slow);
      given.push(reserved);
      slow.push(...many(reserved, (n) => tryOf(`g${group}-${n}`, { isSlow: true, isReserved: true })));
    }
    expect(given).toEqual([10, 5, 3, 1]);
  });

  test("leave out a domain when it is slow for five capabilities, in whatever letters, and not before", () => {
    const at = (n: number) =>
      tryOf(`t${n}`, { recipient: `o${n}@${n % 2 ? "MAIL" : "mail"}.example`, isSlow: true });
    const more = tryOf("t0", { recipient: "o0@mail.example", isSlow: true });
    expect(places(...many(4, at), more).leftOut).toEqual({
      tenantIds: ["t0", "t1", "t2", "t3"],
      domains: [],
    });
    expect(places(...many(5, at)).leftOut.domains).toEqual(["mail.example"]);
    expect(places(...many(5, (n) => ({ ...at(n), isSlow: false }))).leftOut).toEqual({
      tenantIds: [],
      domains: [],
    });
  });

  test("are none while as many outcomes wait for the database", () => {
    expect(placesOf([], 40, CONCURRENCY)).toMatchObject({ open: 0, reserved: 0, isFree: false });
    expect(placesOf([], 35, CONCURRENCY)).toMatchObject({ open: 5, reserved: 0 });
  });

  test("are never more than twice as many as it sends at a time, of which no more than that are quick", () => {
    const anyTry = fc.record({ tenantId: fc.constantFrom("a", "b", "c"), isSlow: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(anyTry, { maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (mails, turns) => {
          let tries: Try[] = [];
          const queue = [...mails];
          const begin = (count: number, isReserved: boolean) =>
            tries.push(...queue.splice(0, count).map(({ tenantId }) => tryOf(tenantId, { isReserved })));
          for (const turn of turns) {
            const { open, reserved } = places(...tries);
            begin(open, false);
            begin(reserved, true);
            const quick = tries.filter(({ isSlow }) => !isSlow).length;
            expect(tries.length).toBeLessThanOrEqual(2 * CONCURRENCY);
            expect(quick).toBeLessThanOrEqual(CONCURRENCY);
            expect(tries.filter(({ isReserved }) => !isReserved).length).toBeLessThanOrEqual(CONCURRENCY);
            tries = tries.flatMap((each, n) => {
              if ((turn + n) % 3 === 0) return [];
              return [{ ...each, isSlow: each.isSlow || (turn + n) % 2 === 0 }];
            });
          }
        },
      ),
    );
  });
});
