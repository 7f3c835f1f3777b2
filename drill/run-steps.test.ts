import { describe, expect, test } from "vitest";
import { runSteps, type Step } from "./run-steps";

/** A clock that moves a second each time it is looked at. */
function steppingClock() {
  let nowMs = 0;
  return () => {
    nowMs += 1_000;
    return nowMs;
  };
}

const drilled = async (steps: Step[], signal = new AbortController().signal) => {
  const notified: string[] = [];
  const outcomes = await runSteps(steps, {
    signal,
    nowMs: steppingClock(),
    onFailure: async ({ picture }) => picture("pictures/failure.png", "The page then"),
    onEnd: ({ title, result }, nth) => notified.push(`${nth} ${title} ${result}`),
  });
  return { outcomes, notified };
};

const passing = (title: string): Step => ({ title, work: async ({ saw }) => saw(`${title} was seen.`) });
const failing = (title: string, message: string): Step => ({
  title,
  work: () => Promise.reject(new Error(message)),
});

describe("the steps of a drill", () => {
  test("run one after the other, each with what was seen and its time", async () => {
    const { outcomes, notified } = await drilled([passing("a"), passing("b")]);
    expect(notified).toEqual(["1 a passed", "2 b passed"]);
    expect(outcomes[1]).toMatchObject({
      beganAtMs: 3_000,
      tookMs: 1_000,
      seen: ["b was seen."],
      failure: null,
    });
  });

  test("are skipped after the first that fails, but for those that put things back", async () => {
    const { outcomes, notified } = await drilled([
      failing("a", "\u001b[31mIt broke.\u001b[39m"),
      passing("b"),
      { ...failing("c", "Not removed."), always: true },
      { ...passing("d"), always: true },
    ]);
    expect(notified).toEqual(["1 a failed", "2 b skipped", "3 c failed", "4 d passed"]);
    expect(outcomes.map(({ pictures }) => pictures.length)).toEqual([1, 0, 1, 0]);
    expect(outcomes.map(({ failure }) => failure)).toEqual(["It broke.", null, "Not removed.", null]);
  });

  test("say why nothing could be kept of a failure", async () => {
    const [outcome] = await runSteps([failing("a", "It broke.")], {
      signal: new AbortController().signal,
      nowMs: steppingClock(),
      onFailure: () => Promise.reject(new Error("The browser is gone.")),
      onEnd: () => {},
    });
    expect(outcome).toMatchObject({
      failure: "It broke.",
      seen: ["What was to be seen then could not be kept: The browser is gone."],
    });
  });

  test("end when the drill is stopped, with why, and things are put back all the same", async () => {
    const stop = new AbortController();
    const waiting: Step = {
      title: "waits",
      work: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
          stop.abort(new Error("The hour is over."));
        }),
    };
    const putBack: Step = {
      title: "puts back",
      always: true,
      work: async ({ signal, saw }) => saw(String(signal.aborted)),
    };
    const { outcomes, notified } = await drilled([waiting, passing("b"), putBack], stop.signal);
    expect(notified).toEqual(["1 waits failed", "2 b skipped", "3 puts back passed"]);
    expect(outcomes[0]?.failure).toBe("The hour is over.");
    expect(outcomes[2]?.seen).toEqual(["false"]);
  });
});
