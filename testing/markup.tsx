import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  PathnameContext,
  SearchParamsContext,
} from "next/dist/shared/lib/hooks-client-context.shared-runtime";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { FrameProvider } from "@/components/frame/frame-provider";
import type { PollError } from "@/components/ui/get-json";
import { ZoneProvider } from "@/components/ui/zone";
import type { Alerting } from "@/lib/alerting-chain/view";
import type { EvictionView } from "@/lib/eviction/view";

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** What a page asked for: its answer, its failure, or an answer with the failure of the try after it. */
type Asked = { key: readonly (string | null)[]; answer?: unknown; failure?: PollError };

/** What stands around a component in the portal. */
export type Around = {
  /** The tenant's zone. */
  zone?: string;
  /** "/alerts?signal=latency": the page's address. */
  address?: string;
  asked?: readonly Asked[];
  frame?: { alerting: Alerting | null; leaving: EvictionView };
};

const LIVE: EvictionView = { eviction: null, zone: "Europe/Berlin" };

/**
 * A component as the server writes it: the first HTML, without an effect and without a question asked. What a poll would bring is
 * given as asked.
 * @returns its root, for the questions below
 */
export function rendered(node: ReactNode, around: Around = {}): Element {
  return parsed(renderToStaticMarkup(<Portal around={around}>{node}</Portal>));
}

/** Markup as a tree, below a root of its own. */
export function parsed(html: string): Element {
  return parseFragment(`<main>${html}</main>`).childNodes[0] as Element;
}

function Portal({ around, children }: { around: Around; children: ReactNode }) {
  const { zone = "Europe/Berlin", address = "/", asked = [], frame } = around;
  const { pathname, searchParams } = new URL(address, "https://portal.example");
  const framed = { alerting: null, leaving: LIVE, ...frame };
  return (
    <PathnameContext value={pathname}>
      <SearchParamsContext value={searchParams}>
        <ZoneProvider tenantZone={zone}>
          <QueryClientProvider client={clientWith(asked)}>
            <FrameProvider tenantId="photos" initial={framed}>
              {children}
            </FrameProvider>
          </QueryClientProvider>
        </ZoneProvider>
      </SearchParamsContext>
    </PathnameContext>
  );
}

function clientWith(asked: readonly Asked[]): QueryClient {
  // Else a failure without an answer counts as a question that is asked anew, and shows as loading.
  const client = new QueryClient({ defaultOptions: { queries: { retryOnMount: false } } });
  for (const { key, answer, failure } of asked)
    client.getQueryCache().build<unknown, Error>(
      client,
      { queryKey: key },
      {
        data: answer,
        dataUpdateCount: answer === undefined ? 0 : 1,
        dataUpdatedAt: answer === undefined ? 0 : Date.now(),
        error: failure ?? null,
        errorUpdateCount: failure ? 1 : 0,
        errorUpdatedAt: failure ? Date.now() : 0,
        fetchFailureCount: 0,
        fetchFailureReason: null,
        fetchMeta: null,
        isInvalidated: false,
        status: failure ? "error" : "success",
        fetchStatus: "idle",
      },
    );
  return client;
}

const isElement = (node: Node): node is Element => "tagName" in node;

/** An attribute's value; null where it isn't there. */
export function attribute(element: Element, name: string): string | null {
  return element.attrs.find((each) => each.name.toLowerCase() === name.toLowerCase())?.value ?? null;
}

/** The elements around an element, the nearest first. */
export function ancestors(element: Element): Element[] {
  const { parentNode } = element;
  return parentNode && isElement(parentNode) ? [parentNode, ...ancestors(parentNode)] : [];
}

/** All elements below a root, in the order of the document. */
export function elements(root: Element): Element[] {
  const known = below.get(root);
  if (known) return known;
  const found: Element[] = [];
  for (const child of root.childNodes) if (isElement(child)) found.push(child, ...elements(child));
  below.set(root, found);
  return found;
}

/** Nothing changes a tree once it is parsed, and every question goes through all of it. */
const below = new WeakMap<Element, Element[]>();

const PART = /^([a-z0-9]*)((?:\[[a-z-]+(?:=[^\]]*)?\])*)$/;

/** Elements by `tag`, `[attribute]`, `[attribute=value]`, or several of it: `a[href=/alerts]`. No more of CSS is supported. */
export function all(root: Element, selector: string): Element[] {
  const [, tag, attributes = ""] = PART.exec(selector) ?? [];
  if (tag === undefined) throw new Error(`No selector: ${selector}`);
  const wanted = [...attributes.matchAll(/\[([a-z-]+)(?:=([^\]]*))?\]/g)];
  return elements(root).filter(
    (element) =>
      (tag === "" || element.tagName === tag) &&
      wanted.every(([, name = "", value]) => {
        const found = attribute(element, name);
        return value === undefined ? found !== null : found === value;
      }),
  );
}

/** The only element that fits. @throws where there is none, or more than one */
export function one(root: Element, selector: string): Element {
  const [found, ...others] = all(root, selector);
  if (!found || others.length > 0)
    throw new Error(`${selector} fits ${others.length + (found ? 1 : 0)} times.`);
  return found;
}

const BLOCKS = new Set(
  "address article aside blockquote br button caption dd details div dl dt fieldset figure footer form h1 h2 h3 h4 header hr label li main nav ol option p pre section summary table tbody td th thead tr ul".split(
    " ",
  ),
);

/**
 * The words that are read, by eye or by a screen reader: what is hidden from screen readers is a picture, and left out. Spaces that
 * don't break count as spaces.
 */
export function words(node: Node): string {
  return rawWords(node)
    .replace(BEFORE_A_MARK, "")
    .replaceAll(APART, " ")
    .replace(/[\s\u00a0]+/g, " ")
    .trim();
}

/** Stands for the distance between two elements, which is no space that anybody has written. */
const APART = "\ue000";
const BEFORE_A_MARK = /\ue000+(?=[.,;:)])/g;

function rawWords(node: Node): string {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  if (!isElement(node)) return "";
  if (attribute(node, "aria-hidden") === "true" || node.tagName === "noscript") return "";
  const classes = (attribute(node, "class") ?? "").split(/\s+/);
  // The items of a flexible box or a grid stand apart, whatever they are.
  const text = node.childNodes.map(rawWords).join(classes.some((name) => ITEMS.test(name)) ? APART : "");
  return BLOCKS.has(node.tagName) || classes.some((name) => BOXES.test(name))
    ? `${APART}${text}${APART}`
    : text;
}

const ITEMS = /^(sm:)?(inline-)?(flex|grid)$/;
const BOXES = /^(sm:)?((inline-)?(flex|grid)|(inline-)?block)$/;

const ROLES: Record<string, string> = {
  a: "link",
  button: "button",
  h1: "heading",
  h2: "heading",
  h3: "heading",
  h4: "heading",
  nav: "navigation",
  progress: "progressbar",
  section: "region",
  select: "combobox",
  summary: "summary",
  table: "table",
};
const INPUT_ROLES: Record<string, string> = { radio: "radio", range: "slider", file: "file" };

/** The role of an element, its own or that of its tag; null where it has none that counts here. */
export function roleOf(element: Element): string | null {
  const own = attribute(element, "role");
  if (own) return own;
  if (element.tagName === "input") return INPUT_ROLES[attribute(element, "type") ?? ""] ?? "textbox";
  return ROLES[element.tagName] ?? null;
}

/** What a screen reader calls an element. @param root where its labels are looked for */
export function nameOf(element: Element, root: Element): string {
  const label = attribute(element, "aria-label");
  if (label) return label;
  const by = attribute(element, "aria-labelledby");
  if (by)
    return by
      .split(" ")
      .map((id) => words(one(root, `[id=${id}]`)))
      .join(" ");
  if (["input", "select", "progress"].includes(element.tagName)) {
    const id = attribute(element, "id");
    const around = ancestors(element).filter(({ tagName }) => tagName === "label");
    return [...new Set([...(id ? all(root, `label[for=${id}]`) : []), ...around])].map(words).join(" ");
  }
  return element.tagName === "section" ? "" : words(element);
}

/** Elements of a role, with their names. */
export function named(root: Element, role: string): string[] {
  return elements(root)
    .filter((element) => roleOf(element) === role)
    .map((element) => nameOf(element, root));
}

/** The headings of a page in their order, each behind its level: "1 Healthy". */
export function outline(root: Element): string[] {
  return elements(root)
    .filter(({ tagName }) => /^h[1-6]$/.test(tagName))
    .map((heading) => `${heading.tagName.slice(1)} ${words(heading)}`);
}

/** The cells of a table, row by row, its head first. */
export function cells(table: Element): string[][] {
  return all(table, "tr").map((row) => row.childNodes.filter(isElement).map((cell) => words(cell)));
}

/** The terms of a list of facts with what is said of each. */
export function facts(root: Element): Record<string, string> {
  const terms = elements(root).filter(({ tagName }) => tagName === "dt" || tagName === "dd");
  const found: Record<string, string> = {};
  terms.forEach((term, index) => {
    const next = terms[index + 1];
    if (term.tagName === "dt" && next?.tagName === "dd") found[words(term)] = words(next);
  });
  return found;
}
