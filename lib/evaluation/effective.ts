import {
  type Bundle,
  SIGNAL_IDS,
  type SignalId,
  type Threshold,
  thresholdSchema,
} from "@/lib/catalogue/bundle";
import { thresholdOf } from "./threshold";

/** Names one judged line: `${signal}/${line}`. */
export type LineKey = `${SignalId}/${string}`;
export const lineKeyOf = (signal: SignalId, line: string): LineKey => `${signal}/${line}`;

/** What an owner set for one line. `version` is which edit of the line it is, from 1; 0 is the platform's default. */
export type ThresholdSetting = Threshold & {
  signal: string;
  line: string;
  enabled: boolean;
  version: number;
};

/** The threshold that holds for one line of one tenant. */
export type EffectiveThreshold = Threshold & {
  /** false: the owner has switched this line off; it is not judged. */
  enabled: boolean;
  version: number;
  source: "default" | "owner";
};

/** Only such a number can be judged by. A row that was written past the portal may hold anything. */
const usable = (setting: ThresholdSetting) => thresholdSchema.safeParse(thresholdOf(setting)).success;

/**
 * The threshold of every judged line of the bundle: the owner's where there is one, else the platform's default.
 *
 * A setting that can't be judged by (not a number, a duration out of range) is left out, and the default judges in its place:
 * a line is never silently unwatched. `unusableSettings` names them.
 * @param defaults those of the same bundle, where many tenants share them
 */
export function effectiveThresholds(
  bundle: Bundle,
  settings: readonly ThresholdSetting[],
  defaults: ReadonlyMap<LineKey, EffectiveThreshold> = defaultThresholds(bundle),
): Map<LineKey, EffectiveThreshold> {
  const result = new Map(defaults);
  for (const setting of settings) {
    const key = `${setting.signal}/${setting.line}` as LineKey;
    if (defaults.has(key) && usable(setting))
      result.set(key, {
        ...thresholdOf(setting),
        enabled: setting.enabled,
        version: setting.version,
        source: "owner",
      });
  }
  return result;
}

/** The platform's default of every judged line, in the order of the bundle. */
function defaultThresholds(bundle: Bundle): ReadonlyMap<LineKey, EffectiveThreshold> {
  const defaults = new Map<LineKey, EffectiveThreshold>();
  for (const signal of SIGNAL_IDS)
    for (const { id, threshold } of bundle.signals[signal].lines)
      if (threshold)
        defaults.set(lineKeyOf(signal, id), { ...threshold, enabled: true, version: 0, source: "default" });
  return defaults;
}

/** The settings that no line can be judged by, for the operator and the owner. */
export function unusableSettings(settings: readonly ThresholdSetting[]): ThresholdSetting[] {
  return settings.filter((setting) => !usable(setting));
}
