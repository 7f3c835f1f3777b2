import { z } from "zod";
import { SILENT_AFTER_MS, watchdogState } from "./dead-mans-switch";
import { parseRehearsal, REHEARSALS, type Rehearsal, ruleAlertOf } from "./rehearsals";
import type { RehearsalStage } from "./stages";

/** What is made of a rule. `unknown`: Prometheus doesn't answer. */
export type ShownRuleState = "inactive" | "pending" | "firing" | "unknown";

export type RehearsalState = {
  state: ShownRuleState;
  /** Since when it is pending or firing; for a watchdog that arrives, when it last arrived. */
  sinceMs: number | null;
  /** How long it is pending before it fires. */
  holdMs: number;
};

/** Where the states come from. */
type Sources = {
  prometheusUrl: string;
  /** When the watchdog last arrived at the receiver outside. */
  receivedAtMs(): number;
};

const rulesAnswer = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            duration: z.number(),
            state: z.enum(["inactive", "pending", "firing"]),
            alerts: z.array(z.object({ activeAt: z.iso.datetime({ offset: true }) })),
          }),
        ),
      }),
    ),
  }),
});
type Rule = z.infer<typeof rulesAnswer>["data"]["groups"][number]["rules"][number];

const ANSWER_WITHIN_MS = 3_000;
const UNKNOWN: RehearsalState = { state: "unknown", sinceMs: null, holdMs: 0 };

function standingOf({ state, duration, alerts }: Rule): RehearsalState {
  const holdMs = duration * 1000;
  if (state === "inactive" || alerts.length === 0) return { state, sinceMs: null, holdMs };
  const activeAtMs = Math.min(...alerts.map(({ activeAt }) => Date.parse(activeAt)));
  return { state, sinceMs: state === "firing" ? activeAtMs + holdMs : activeAtMs, holdMs };
}

/** The watchdog's rule always fires. What stands for its alert is the receiver's, which it doesn't reach. */
function watchdogRuleState(receivedAtMs: number, nowMs: number): RehearsalState {
  const holdMs = SILENT_AFTER_MS;
  switch (watchdogState(receivedAtMs, nowMs)) {
    case "received":
      return { state: "inactive", sinceMs: receivedAtMs, holdMs };
    case "late":
      return { state: "pending", sinceMs: receivedAtMs, holdMs };
    case "alarm":
      return { state: "firing", sinceMs: receivedAtMs + holdMs, holdMs };
  }
}

/** Which runbooks are being rehearsed, and what Prometheus's own rules make of it. */
export class RehearsalDesk {
  /** Since when each is staged. */
  readonly #on = new Map<Rehearsal, number>();

  constructor(
    private readonly stages: Record<Rehearsal, RehearsalStage>,
    private readonly sources: Sources,
  ) {}

  /**
   * Begins or ends a rehearsal.
   * @returns what happened, in one sentence
   * @throws RehearsalRefused where it can't be staged
   */
  async apply(input: unknown, nowMs: number): Promise<string> {
    const { runbook, on } = parseRehearsal(input);
    if (!on && !this.#on.has(runbook)) return `${runbook} isn't staged.`;
    if (on) this.#on.set(runbook, nowMs); // also one that fails half-way has to be ended
    await this.stages[runbook](on);
    if (!on) this.#on.delete(runbook);
    if (runbook === "watchdog")
      return on ? "watchdog is staged. Watch for its silence." : "watchdog is over. It is received again.";
    return on
      ? `${runbook} is staged. Watch for ${ruleAlertOf(runbook)}.`
      : `${runbook} is over. ${ruleAlertOf(runbook)} ends by itself.`;
  }

  /** Since when it is staged; null: it isn't. */
  stagedAtMs(runbook: Rehearsal): number | null {
    return this.#on.get(runbook) ?? null;
  }

  /** How each rule stands. */
  async standings(nowMs: number): Promise<Record<Rehearsal, RehearsalState>> {
    const rules = await this.#rules();
    const standing = (runbook: Rehearsal): RehearsalState => {
      if (runbook === "watchdog") return watchdogRuleState(this.sources.receivedAtMs(), nowMs);
      const rule = rules?.find(({ name }) => name === ruleAlertOf(runbook));
      return rule ? standingOf(rule) : UNKNOWN;
    };
    return Object.fromEntries(REHEARSALS.map((name) => [name, standing(name)])) as Record<
      Rehearsal,
      RehearsalState
    >;
  }

  /** Ends whatever is staged. Never throws: at the demo's end a part may be gone already. */
  async endAll(): Promise<void> {
    for (const runbook of [...this.#on.keys()])
      await this.apply({ runbook, on: "off" }, Date.now()).catch(() => {});
  }

  async #rules(): Promise<Rule[] | null> {
    try {
      const response = await fetch(`${this.sources.prometheusUrl}/api/v1/rules?type=alert`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return rulesAnswer.parse(await response.json()).data.groups.flatMap(({ rules }) => rules);
    } catch {
      return null;
    }
  }
}
