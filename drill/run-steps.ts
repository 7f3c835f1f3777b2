import { stripVTControlCharacters } from "node:util";
import type { DrillStepResult, StepOutcome } from "./outcome";

/** What a step reports about itself while it runs. */
export type StepReporter = {
  /** Adds a sentence on what was seen. */
  saw(sentence: string): void;
  /** Adds a picture, by its file in the drill's folder. */
  picture(file: string, shows: string): void;
  mail(file: string): void;
  signal: AbortSignal;
};

export type Step = {
  title: string;
  /** Runs although an earlier step failed or the drill was stopped: it puts back what the drill changed. */
  always?: boolean;
  work(reporter: StepReporter): Promise<void>;
};

type Options = {
  /** Ends the step that runs, and all after it but those that run always. */
  signal: AbortSignal;
  nowMs(): number;
  /** Keeps what is to be seen when a step has failed. */
  onFailure(reporter: StepReporter): Promise<void>;
  onEnd(outcome: StepOutcome, nth: number): void;
};

/**
 * Runs steps one after the other. After the first that fails the others are skipped, because each depends on those before it;
 * the ones that put back what was changed run whatever happened.
 */
export async function runSteps(steps: readonly Step[], options: Options): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const [index, step] of steps.entries()) {
    const broken = options.signal.aborted || outcomes.some(({ result }) => result === "failed");
    const outcome = broken && !step.always ? skipped(step, options) : await runStep(step, options);
    outcomes.push(outcome);
    options.onEnd(outcome, index + 1);
  }
  return outcomes;
}

const blank = (title: string, beganAtMs: number, result: DrillStepResult): StepOutcome => ({
  title,
  result,
  beganAtMs,
  tookMs: 0,
  seen: [],
  failure: null,
  pictures: [],
  mails: [],
});

const skipped = ({ title }: Step, { nowMs }: Options): StepOutcome => blank(title, nowMs(), "skipped");

async function runStep(step: Step, { signal, nowMs, onFailure }: Options): Promise<StepOutcome> {
  const outcome = blank(step.title, nowMs(), "passed");
  const stopped = step.always ? new AbortController().signal : signal;
  const reporter: StepReporter = {
    saw: (sentence) => void outcome.seen.push(sentence),
    picture: (file, shows) => void outcome.pictures.push({ file, shows }),
    mail: (file) => void outcome.mails.push(file),
    signal: stopped,
  };
  try {
    stopped.throwIfAborted();
    await step.work(reporter);
  } catch (error) {
    outcome.result = "failed";
    outcome.failure = plain(stopped.aborted ? stopped.reason : error);
    await onFailure(reporter).catch((problem: unknown) =>
      reporter.saw(`What was to be seen then could not be kept: ${plain(problem)}`),
    );
  }
  outcome.tookMs = nowMs() - outcome.beganAtMs;
  return outcome;
}

/** What an error says, without a terminal's colours. */
function plain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return stripVTControlCharacters(text).trim();
}
