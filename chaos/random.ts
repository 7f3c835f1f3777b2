/** Draws that depend on nothing but the seed, so that a run can be repeated. */
export type Draws = {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  one<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  /** All items, in a drawn order. */
  shuffled<T>(items: readonly T[]): T[];
};

/** A generator of Marsaglia's xorshift family on 32 bits. The seed's bits are mixed first, since small seeds differ in few of them. */
export function drawsOf(seed: number): Draws {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  for (let n = 0; n < 16; n++) next();
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    one: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new Error("There is nothing to draw from.");
      return item;
    },
    shuffled: (items) => {
      const left = [...items];
      return items.map(() => left.splice(whole(0, left.length - 1), 1)[0] as (typeof left)[number]);
    },
  };
}
