import type { NoticeView } from "./view";

/**
 * The operator's open incidents that may be behind trouble with these components. One that names no component may be behind any.
 * @param components ids of components that fail; none: every open incident
 */
export function incidentsFor(notices: readonly NoticeView[], components: readonly string[]): NoticeView[] {
  return notices.filter(
    (notice) =>
      notice.kind === "incident" &&
      notice.closedAtMs === null &&
      (components.length === 0 ||
        notice.components.length === 0 ||
        notice.components.some((component) => components.includes(component))),
  );
}
