import { expect, test } from "vitest";
import { type ContractName, contracts } from "@/lib/views/api/contracts";
import { MAILS, testAlertView } from "./alerts";
import { attributedAlert, attributionView, holdView } from "./attribution";
import { timelineView } from "./events";
import { IN_PHASE, PAUSED_UNTIL } from "./eviction";
import { alertingOffView, degradedView, healthView, IN_STATUS, signalView } from "./health";
import { migrationSeries, migrationView, RUNS } from "./migration";
import { availabilityView, seriesView } from "./series";
import { editView, thresholdsView } from "./thresholds";

const { tenant, asOfMs } = healthView();
const frames = [...Object.values(IN_PHASE), PAUSED_UNTIL].flatMap((leaving) =>
  [null, degradedView(), alertingOffView()].map((alerting) => ({ tenant, asOfMs, alerting, leaving })),
);
const statuses = Object.keys(IN_STATUS) as (keyof typeof IN_STATUS)[];

const ANSWERS: Partial<Record<ContractName, unknown[]>> = {
  health: statuses.map((status) => healthView({ signals: [signalView("saturation", status)] })),
  series: [seriesView(), availabilityView()],
  frame: frames,
  attribution: [attributionView(), attributionView({ alerts: [attributedAlert({ hold: holdView() })] })],
  thresholds: [thresholdsView({ edits: [editView()] })],
  testAlert: [null, ...Object.values(MAILS)].map((mail) => ({ test: testAlertView(mail) })),
  timeline: [timelineView()],
  migration: Object.values(RUNS).map((shown) => migrationView({ shown })),
  migrationSeries: [migrationSeries()],
};

test.each(Object.entries(ANSWERS))("made views of %s are answers that the API can give", (name, answers) => {
  for (const answer of answers)
    expect(contracts[name as ContractName].safeParse(answer).error).toBeUndefined();
});
