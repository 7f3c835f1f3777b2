import type { PartName } from "@/lib/evaluation/parts";
import { visibleText } from "@/lib/infra/hidden-characters";

/** What an owner calls what a label names. Others go by the label itself. */
const KINDS: Readonly<Record<string, string>> = {
  persistentvolumeclaim: "volume",
  instance: "target",
  handler: "route",
  path: "route",
  http_route: "route",
  service_name: "service",
  destination_service_name: "service",
  envoy_cluster_name: "upstream",
  grpc_service: "service",
  grpc_method: "method",
};
/** They say where a part is, and nothing that its own name doesn't say. */
const PLACES: ReadonlySet<string> = new Set(["namespace", "job", "destination_service_namespace"]);
/** They say what happened to a part, and stand behind its name. */
const DETAILS: ReadonlySet<string> = new Set(["reason"]);
/** The length of each value: a name from outside may be of any length. */
const LENGTH_AT_MOST = 80;

/**
 * A part in words: "container db of pod photos-0", "volume data".
 * @param by the labels that name it, as in the bundle's `parts.by`
 */
export function partInWords(by: readonly string[], name: PartName): string {
  const named = by
    .map((label, nth) => ({ label, value: visibleText((name[nth] ?? "").slice(0, LENGTH_AT_MOST)) }))
    .filter(({ value }) => value !== "");
  const own = named.filter(({ label }) => !PLACES.has(label));
  const isDetail = ({ label }: { label: string }) => DETAILS.has(label);
  const shown = own.length > 0 ? own : named;
  const words = (labels: typeof shown) =>
    labels.map(({ label, value }) => `${KINDS[label] ?? label} ${value}`);
  const what = words(shown.filter((each) => !isDetail(each)));
  const whole = what.length === 0 ? "a part without a name" : what.reverse().join(" of ");
  return [whole, ...words(shown.filter(isDetail))].join(", ");
}
