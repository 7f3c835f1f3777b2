// @ts-check
import { parseArgs } from "node:util";

/**
 * @typedef {{ help: true } | { help: false, full: boolean, walks: string | null, beginWithinMs: number }} SuiteArguments
 *   full: the long tests as well. walks: the one project to walk. beginWithinMs: how long after its start the suite may begin a long
 *   test, Infinity where nothing is said.
 */

/**
 * Reads what stands after `npm test --`.
 * @param {string[]} args
 * @param {string[]} projects the walks that there are
 * @returns {SuiteArguments | { complaint: string }} complaint: a sentence about what can't be read
 */
export function readSuiteArguments(args, projects) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h", default: false },
        full: { type: "boolean", default: false },
        walks: { type: "string" },
        "begin-within": { type: "string" },
      },
    });
    if (values.help) return { help: true };
    const { full, walks = null, "begin-within": minutes } = values;
    if (walks !== null && !projects.includes(walks))
      return { complaint: `There are no walks named "${walks}": ${projects.join(", ")}.` };
    if (walks !== null && full) return { complaint: "--walks and --full can't be asked for together." };
    if (minutes === undefined) return { help: false, full, walks, beginWithinMs: Number.POSITIVE_INFINITY };
    if (!full) return { complaint: "--begin-within is about the long tests: it needs --full." };
    if (!/^\d{1,4}$/.test(minutes))
      return { complaint: `--begin-within needs whole minutes, and "${minutes}" isn't that.` };
    return { help: false, full, walks, beginWithinMs: Number(minutes) * 60_000 };
  } catch (error) {
    return { complaint: `npm test: ${/** @type {Error} */ (error).message}` };
  }
}
