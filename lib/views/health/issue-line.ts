import { markdownText } from "@/lib/infra/markdown";
import type { HealthView } from "./view";

/** What the health page says, as a line of a public issue: names from outside show as text, and mention nobody. */
export function issueLine({ asOf, overall }: Pick<HealthView, "asOf" | "overall">): string {
  return `${asOf}: ${markdownText(`${overall.headline}. ${overall.sentence}`)}`;
}
