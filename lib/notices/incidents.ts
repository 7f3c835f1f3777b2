import type { NoticeView } from "./view";

/**
 * The operator's open incidents that may be behind a failure of these components. One that names no component may be behind any.
 * @param components ids of components that fail; none: every open incident
 */
export function incidentsFor<N extends Pick<NoticeView, "kind" | "closedAtMs" | "components">>(
  notices: readonly N[],
  components: readonly string[],
): N[] {
  return notices.filter(
    (notice) =>
      notice.kind === "incident" &&
      notice.closedAtMs === null &&
      (components.length === 0 ||
        notice.components.length === 0 ||
        notice.components.some((component) => components.includes(component))),
  );
}
