import { describe, expect, test } from "vitest";
import type { OpenIncident } from "@/lib/notices/open-incidents";
import type { ComponentState, Evidence } from "./evidence";
import { component, evidence } from "./evidence.fixture";
import { incidentBehind, type PlatformIncident } from "./incident";
import type { Side } from "./verdict";

const issue = (number: number, ...components: string[]): OpenIncident => ({
  number,
  kind: "incident",
  components,
  closedAtMs: null,
});
const ingress = (atOnset: ComponentState, now: ComponentState) => component({ atOnset, now });
const behind = (
  over: Partial<Evidence>,
  incidents: OpenIncident[] | null = [issue(7, "ingress")],
  side: Side = "platform",
): PlatformIncident =>
  incidentBehind({ evidence: evidence({ components: [], ...over }), verdict: { side } }, incidents);
const running = (components: string[], number: number) => ({ kind: "running", components, issue: number });

describe("a platform incident runs behind an alert", () => {
  test("where what failed of the platform fails now, and the operator has declared an incident that may be behind it", () => {
    expect(behind({ components: [ingress("failing", "failing")] })).toEqual(running(["Ingress"], 7));
    expect(behind({ components: [ingress("failing", "failing")] }, [issue(3)])).toEqual(
      running(["Ingress"], 3),
    );
  });

  test("and of several that may be behind it, the newest is named", () => {
    const incidents = [issue(3, "ingress"), issue(9, "storage"), issue(8)];
    expect(behind({ components: [ingress("failing", "failing")] }, incidents)).toEqual(
      running(["Ingress"], 8),
    );
  });

  test("also where the canary alone shows it; it isn't named beside a component", () => {
    const canary = { atOnset: "failing", now: "failing" } as const;
    expect(behind({ canary }, [issue(7)])).toEqual(running(["Canary"], 7));
    expect(behind({ canary, components: [ingress("failing", "failing")] })).toEqual(running(["Ingress"], 7));
    expect(behind({ canary, components: [ingress("failing", "ok")] })).toEqual({ kind: "over" });
  });
});

describe("it is over", () => {
  test("once everything that failed works again, or the operator has closed what may have been behind it", () => {
    expect(behind({ components: [ingress("failing", "ok")] })).toEqual({ kind: "over" });
    expect(behind({ components: [ingress("failing", "failing")] }, [])).toEqual({ kind: "over" });
    expect(behind({ components: [ingress("failing", "failing")] }, [issue(7, "storage")])).toEqual({
      kind: "over",
    });
  });
});

describe("it isn't known", () => {
  test("where nothing was said of the alert, a component can't be read any more, or nobody knows what the operator has open", () => {
    expect(incidentBehind(null, [issue(7)])).toEqual({ kind: "unknown" });
    expect(behind({ components: [ingress("failing", "unknown")] })).toEqual({ kind: "unknown" });
    expect(behind({ components: [ingress("failing", "failing")] }, null)).toEqual({ kind: "unknown" });
    const other = component({ id: "storage", name: "Storage", atOnset: "failing", now: "ok" });
    expect(behind({ components: [ingress("failing", "unknown"), other] })).toEqual({ kind: "unknown" });
  });
});

describe("there is none behind this alert", () => {
  test("where the verdict isn't the platform's alone", () => {
    for (const side of ["yours", "both", "unclear"] as const)
      expect(behind({ components: [ingress("failing", "failing")] }, undefined, side)).toEqual({
        kind: "not-platform",
      });
  });

  test("where what fails now worked when it began, or can't be the cause", () => {
    expect(behind({ components: [ingress("ok", "failing")] })).toEqual({ kind: "over" });
    const components = [component({ atOnset: "failing", now: "failing", explains: false })];
    expect(behind({ components })).toEqual({ kind: "over" });
  });

  test("where it isn't known whether the capability depends on what fails", () => {
    const components = [component({ dependence: "unknown", atOnset: "failing", now: "failing" })];
    expect(behind({ components })).toEqual({ kind: "over" });
  });
});
