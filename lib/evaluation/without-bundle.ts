import type { Failure } from "@/lib/prometheus/answer";

/** Why nothing can be asked on an installation whose definitions were never applied. */
export const WITHOUT_BUNDLE: Failure = {
  code: "query",
  message: "The platform's definitions have not been applied yet, so nothing can be measured here.",
};
