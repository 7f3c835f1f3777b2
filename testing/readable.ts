import type { ReactNode } from "react";
import {
  type Around,
  all,
  ancestors,
  attribute,
  type Element,
  elements,
  nameOf,
  rendered,
  roleOf,
  words,
} from "./markup";

/** Roles that say nothing without a name. */
const NAMED = [
  "link",
  "button",
  "switch",
  "heading",
  "img",
  "progressbar",
  "slider",
  "summary",
  "textbox",
  "combobox",
  "radio",
  "file",
  "navigation",
  "timer",
];
const REFERENCES = ["aria-labelledby", "aria-describedby", "for"];

/**
 * A component that everybody can read, rendered in one of its states.
 * @throws where it has a flaw
 */
export function readable(node: ReactNode, around: Around = {}): Element {
  const root = rendered(node, around);
  const flaws = flawsOf(root);
  if (flaws.length > 0) throw new Error(flaws.join("\n"));
  return root;
}

/**
 * What keeps a page from being read by everybody, whatever it shows: a control or a picture without a name, a reference that leads
 * nowhere, a heading too deep, a time that no machine can read, a table without heads, and words that slipped through.
 * @returns a line for each, in the order of the document
 */
export function flawsOf(root: Element): string[] {
  return [
    ...namelessness(root),
    ...references(root),
    ...headings(root),
    ...times(root),
    ...tables(root),
    ...lists(root),
    ...slips(root),
  ];
}

const isHidden = (element: Element) =>
  [element, ...ancestors(element)].some((each) => attribute(each, "aria-hidden") === "true");

function namelessness(root: Element): string[] {
  return elements(root).flatMap((element) => {
    const role = roleOf(element);
    if (element.tagName === "svg" && role !== "img" && !isHidden(element))
      return ["a drawing is neither named nor hidden"];
    if (!role || !NAMED.includes(role) || isHidden(element)) return [];
    return nameOf(element, root).trim() === "" ? [`a ${role} has no name`] : [];
  });
}

function references(root: Element): string[] {
  const ids = elements(root).flatMap((element) => attribute(element, "id") ?? []);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const lost = elements(root).flatMap((element) =>
    REFERENCES.flatMap((name) =>
      (attribute(element, name) ?? "")
        .split(" ")
        .filter((id) => id !== "" && !ids.includes(id))
        .map((id) => `${name} leads nowhere: ${id}`),
    ),
  );
  return [...twice.map((id) => `an id stands twice: ${id}`), ...lost];
}

/** A panel may begin with any level; from there on none is left out. */
function headings(root: Element): string[] {
  const levels = elements(root)
    .filter(({ tagName }) => /^h[1-6]$/.test(tagName))
    .map(({ tagName }) => Number(tagName.slice(1)));
  return levels.flatMap((level, index) => {
    const before = levels[index - 1];
    return before !== undefined && level > before + 1
      ? [`a heading of level ${level} follows level ${before}`]
      : [];
  });
}

function times(root: Element): string[] {
  return all(root, "time").flatMap((time) => {
    const at = attribute(time, "datetime") ?? "";
    if (Number.isNaN(Date.parse(at))) return [`a time can't be read: ${at}`];
    return words(time) === "" ? ["a time has no words"] : [];
  });
}

function tables(root: Element): string[] {
  return all(root, "table").flatMap((table) => {
    const heads = all(table, "th");
    const rows = all(table, "tr").map(({ childNodes }) => childNodes.length);
    return [
      ...(heads.every((head) => attribute(head, "scope")) && heads.length > 0
        ? []
        : ["a table's heads have no scope"]),
      ...(new Set(rows).size > 1 ? ["a table's rows differ in length"] : []),
    ];
  });
}

function lists(root: Element): string[] {
  return elements(root)
    .filter(({ tagName }) => tagName === "ul" || tagName === "ol")
    .flatMap(({ childNodes }) =>
      childNodes.every(({ nodeName }) => nodeName === "li") ? [] : ["a list has children that are no items"],
    );
}

const SLIPS = [
  /\b(undefined|null|NaN|Infinity|Invalid Date)\b/,
  /\[object/,
  /\s[.,;:](\s|$)/,
  /\.\.|,,|,\.|\.,|::|: \./,
  /\(\s*\)/,
];

function slips(root: Element): string[] {
  const read = [words(root), ...elements(root).flatMap((element) => attribute(element, "aria-label") ?? [])];
  return read.flatMap((text) =>
    SLIPS.flatMap((slip) => {
      const found = slip.exec(text);
      return found ? [`words slipped: “${text.slice(Math.max(0, found.index - 30), found.index + 30)}”`] : [];
    }),
  );
}
