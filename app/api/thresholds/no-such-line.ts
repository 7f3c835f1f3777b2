import { refusal } from "@/lib/doorway/refusal";

/** The same for a line that the bundle doesn't have, that isn't judged, and that this capability doesn't have. */
export const noSuchLine = (): Response =>
  refusal(404, "unknown_line", "There is no threshold of that name. The list is at /api/thresholds.");
