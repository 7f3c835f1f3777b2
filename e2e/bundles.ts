import { parse } from "yaml";
import { demoBundle } from "../demo/platform/bundle";
import { type Bundle, bundleSchema } from "../lib/catalogue/bundle";

/** The demo's own bundle, to go back to. */
export const DEMO_BUNDLE: Bundle = bundleSchema.parse(parse(demoBundle()));

const within30Seconds = <Id extends keyof Bundle["signals"]>(id: Id) => ({
  [id]: { ...DEMO_BUNDLE.signals[id], windowSeconds: 30 },
});

/** With five minutes in each value an alert is slow to begin and slower to end: here the operator looks at less. */
export const SHORT_BUNDLE: Bundle = {
  ...DEMO_BUNDLE,
  signals: {
    ...DEMO_BUNDLE.signals,
    ...within30Seconds("availability"),
    ...within30Seconds("latency"),
    ...within30Seconds("error-rate"),
  },
};
