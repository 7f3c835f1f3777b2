import type { Status } from "@/lib/evaluation/view";
import type { ReleaseView } from "@/lib/views/releases/view";

/** The icon of a word. Only what was compared and isn't worse has the one of what is fine. */
const ICONS: Record<ReleaseView["word"], Status> = {
  "in-progress": "recovering",
  "too-early": "pending",
  better: "ok",
  same: "ok",
  worse: "firing",
  unclear: "unknown",
};

/** The icon of a release, or of one of its lines. */
export const iconOf = ({
  word,
  rollout = null,
}: {
  word: ReleaseView["word"];
  rollout?: ReleaseView["rollout"];
}): Status => (rollout?.kind === "stuck" ? "firing" : ICONS[word]);
