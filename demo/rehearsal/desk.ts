import { z } from "zod";
import { alertOf, parseRehearsal, REHEARSALS, type Rehearsal } from "./rehearsals";
import type { Stage } from "./stages";

/** What Prometheus says of a rule. `unknown`: it doesn't answer. */
export type AlertState = "inactive" | "pending" | "firing" | "unknown";

const alertsAnswer = z.object({
  data: z.object({
    alerts: z.array(
      z.object({ state: z.enum(["pending", "firing"]), labels: z.object({ alertname: z.string() }) }),
    ),
  }),
});
const ANSWER_WITHIN_MS = 3_000;

/** Which runbooks are being rehearsed, and what Prometheus's own rules make of it. */
export class RehearsalDesk {
  readonly #on = new Set<Rehearsal>();

  constructor(
    private readonly stages: Record<Rehearsal, Stage>,
    private readonly prometheusUrl: string,
  ) {}

  /**
   * Begins or ends a rehearsal.
   * @returns what happened, in one sentence
   * @throws RehearsalRefused where it can't be staged
   */
  async apply(input: unknown): Promise<string> {
    const { runbook, on } = parseRehearsal(input);
    if (on) this.#on.add(runbook); // also one that fails half-way has to be ended
    await this.stages[runbook](on);
    if (!on) this.#on.delete(runbook);
    return on
      ? `${runbook} is staged. Watch for ${alertOf(runbook)}.`
      : `${runbook} is over. ${alertOf(runbook)} ends by itself.`;
  }

  isOn(runbook: Rehearsal): boolean {
    return this.#on.has(runbook);
  }

  /** The state of each rule that can be rehearsed. */
  async states(): Promise<Record<Rehearsal, AlertState>> {
    const alerts = await this.#alerts();
    const stateOf = (runbook: Rehearsal): AlertState => {
      if (alerts === null) return "unknown";
      return alerts.find(({ labels }) => labels.alertname === alertOf(runbook))?.state ?? "inactive";
    };
    return Object.fromEntries(REHEARSALS.map((name) => [name, stateOf(name)])) as Record<
      Rehearsal,
      AlertState
    >;
  }

  /** Ends whatever is staged. Never throws: at the demo's end a part may be gone already. */
  async endAll(): Promise<void> {
    for (const runbook of [...this.#on]) await this.apply({ runbook, on: "off" }).catch(() => {});
  }

  async #alerts() {
    try {
      const response = await fetch(`${this.prometheusUrl}/api/v1/alerts`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return alertsAnswer.parse(await response.json()).data.alerts;
    } catch {
      return null;
    }
  }
}
