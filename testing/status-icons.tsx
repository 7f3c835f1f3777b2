import { renderToStaticMarkup } from "react-dom/server";
import { StatusIcon } from "@/components/ui/status";
import { STATUSES, type Status } from "@/lib/evaluation/view";
import { all, attribute, type Element, elements, parsed } from "./markup";

/** The outline of a drawing, without its colours and its size. */
export function outlineOf(svg: Element): string {
  return elements(svg)
    .map(({ tagName, attrs }) =>
      [
        tagName,
        ...attrs.filter(({ name }) => name !== "fill" && name !== "stroke").map(({ value }) => value),
      ].join(" "),
    )
    .join("|");
}

const STATUS_BY_OUTLINE = new Map(
  STATUSES.flatMap((status) =>
    all(parsed(renderToStaticMarkup(<StatusIcon status={status} />)), "svg").map((svg): [string, Status] => [
      outlineOf(svg),
      status,
    ]),
  ),
);

/** The icons of statuses below a root, identified by their shape. */
export function iconsIn(root: Element): Status[] {
  return all(root, "svg").flatMap((svg) => STATUS_BY_OUTLINE.get(outlineOf(svg)) ?? []);
}

const GREEN = /^(text|bg|border|border-l|border-t|outline|fill|stroke)-ok(-soft)?(\/\d+)?$/;

/** Everything below a root that says that all is well: the green colour, the check, the words. */
export function greenIn(root: Element): string[] {
  const colours = elements(root).flatMap((element) =>
    (attribute(element, "class") ?? "").split(/\s+/).filter((name) => GREEN.test(name)),
  );
  const checks = iconsIn(root).filter((status) => status === "ok");
  const said = elements(root).flatMap(({ childNodes }) =>
    childNodes.flatMap((child) =>
      child.nodeName === "#text" && "value" in child && /\b(OK|Healthy)\b/.test(child.value)
        ? [child.value]
        : [],
    ),
  );
  return [...colours, ...checks, ...said];
}
