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
 */
export function effectiveThresholds(
  bundle: Bundle,
  settings: readonly ThresholdSetting[],
): Map<LineKey, EffectiveThreshold> {
  const own = new Map(settings.map((setting) => [`${setting.signal}/${setting.line}`, setting]));
  const result = new Map<LineKey, EffectiveThreshold>();
  for (const signal of SIGNAL_IDS)
    for (const { id, threshold } of bundle.signals[signal].lines) {
      if (!threshold) continue;
      const key = lineKeyOf(signal, id);
      const setting = own.get(key);
      result.set(
        key,
        setting && usable(setting)
          ? { ...thresholdOf(setting), enabled: setting.enabled, version: setting.version, source: "owner" }
          : { ...threshold, enabled: true, version: 0, source: "default" },
      );
    }
  return result;
}

/** The settings that no line can be judged by, so that the operator and the owner can be told. */
export function unusableSettings(settings: readonly ThresholdSetting[]): ThresholdSetting[] {
  return settings.filter((setting) => !usable(setting));
}
