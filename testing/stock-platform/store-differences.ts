import type { Difference } from "./answers";
import type { StoreUnderTest } from "./compared-stores";
import type { Scrapes } from "./compared-world";

/** How two stores answer differently by design, and what of it an owner may see. */
export type StoreDifference = {
  what: string;
  stores: { prometheus2: string; prometheus3: string; victoriaMetrics: string };
  seen: string;
  isBetween(these: StoreUnderTest, those: StoreUnderTest, scrapes: Scrapes): boolean;
  explains(difference: Difference): boolean;
};

/** Lines that are made of rates, on the page and in charts. */
const OF_RATES =
  /(latency|error-rate|saturation 1h lines 0|saturation 24h lines 0|saturation lines cpu|saturation trend|migration \w+ charts data charts 1)/;
/** When capabilities of the compared world fall silent for a while or for ever. */
const SILENT_FROM_MS = ["2026-11-21T11:20:00Z", "2026-11-21T11:30:00Z"].map((text) => Date.parse(text));
/** No bundle's line is shown for longer without a sample (staleAfterSeconds), and no chart's step that is compared is longer. */
const SHOWN_WITHOUT_SAMPLE_MS = 300_000;

const areNumbers = ({ here, there }: Difference) => typeof here === "number" && typeof there === "number";
const isAfterSilence = ({ path }: Difference) => {
  const atMs = Date.parse(path.slice(path.lastIndexOf(" ") + 1));
  return SILENT_FROM_MS.some((fromMs) => atMs > fromMs && atMs <= fromMs + SHOWN_WITHOUT_SAMPLE_MS);
};
const endsSooner = (difference: Difference) => difference.there === null && isAfterSilence(difference);

export const STORE_DIFFERENCES: readonly StoreDifference[] = [
  {
    what: "A rate over a window",
    stores: {
      prometheus2: "from the samples in the window, extrapolated to its ends",
      prometheus3: "the same",
      victoriaMetrics: "from the newest sample before the window as well",
    },
    seen: "The same while a rate is steady. While it changes, latency, error rate and CPU are a scrape apart.",
    isBetween: (these, those) => these.engine !== those.engine,
    explains: (difference) => areNumbers(difference) && OF_RATES.test(difference.path),
  },
  {
    what: "A series that ends",
    stores: {
      prometheus2: "has its last value for 5 min, or to the scrape that doesn't find it",
      prometheus3: "the same",
      victoriaMetrics: "ends after about two scrapes",
    },
    seen: "A chart's line ends up to `staleAfterSeconds` sooner, and so does the line's last value.",
    isBetween: (these, those) => these.engine !== those.engine,
    explains: endsSooner,
  },
  {
    what: "A sample upon the first instant of a window",
    stores: {
      prometheus2: "belongs to the window",
      prometheus3: "doesn't",
      victoriaMetrics: "doesn't",
    },
    seen: "Scrapes on exactly the same millisecond as the question: one sample more of 20 in a window of 5 min.",
    isBetween: (these, those, scrapes) => scrapes === "upon" && these.windows !== those.windows,
    explains: (difference) =>
      areNumbers(difference) || endsSooner(difference) || difference.path.startsWith("migration vanished "),
  },
];

/** The differences as docs/metrics-stores.md lists them. */
export const differencesAsMarkdown = (): string =>
  STORE_DIFFERENCES.map(
    ({ what, stores, seen }) =>
      `- **${what}**\n  - Prometheus 2: ${stores.prometheus2}.\n  - Prometheus 3: ${stores.prometheus3}.\n  - VictoriaMetrics: ${stores.victoriaMetrics}.\n  - Seen: ${seen}`,
  ).join("\n");
