import { type Bundle, SIGNAL_IDS } from "./bundle";

/** Every judged line of a bundle, as signal/line: what an operator may name as "without". */
export function judgedLineKeys(bundle: Bundle): string[] {
  return SIGNAL_IDS.flatMap((signal) =>
    bundle.signals[signal].lines.filter((line) => line.threshold).map((line) => `${signal}/${line.id}`),
  );
}

/**
 * The bundle as it applies to one capability: without the lines that the operator says it doesn't have.
 *
 * A capability without a volume has no storage to judge. Only the operator can say so: missing series look the same whether
 * a thing never was or has just gone.
 * @param without judged lines as signal/line; a name that the bundle doesn't know changes nothing
 */
export function applicableTo(bundle: Bundle, without: readonly string[]): Bundle {
  if (without.length === 0) return bundle;
  const signals = Object.fromEntries(
    SIGNAL_IDS.map((id) => {
      const signal = bundle.signals[id];
      return [id, { ...signal, lines: signal.lines.filter((line) => !without.includes(`${id}/${line.id}`)) }];
    }),
  ) as Bundle["signals"];
  return { ...bundle, signals };
}
