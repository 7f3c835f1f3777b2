import { formatDuration } from "./format";

/** "Resolves after 5 min within the threshold." @param recoverForSeconds the recovery period; 0: there is none */
export const resolveWords = (recoverForSeconds: number): string =>
  recoverForSeconds === 0
    ? "Resolves once it is within the threshold."
    : `Resolves after ${formatDuration(recoverForSeconds * 1000)} within the threshold.`;
