import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type BrowserContext, expect } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { demo, inDatabase } from "./harness";
import type { RecordedAlert } from "./recorded-alert";

const APP = path.resolve(import.meta.dirname, "../app");
/** What stands for each part of an address that varies. A new one must be added here, or this file fails. */
const PARAMETERS: Record<string, string[]> = {
  "[signal]": [...SIGNAL_IDS, "uptime"],
  "[line]": ["p95", "tape"],
  "[alert]": ["0190c3a8-0000-4000-8000-000000000000", "first"],
  "[mail]": ["0190c3a8-0000-4000-8000-000000000000", "first"],
  "[release]": ["1700000000", "latest"],
  "[...rest]": ["tenants", "tenants/x"],
};

export type Door = {
  /** As the build names it: /signals/[signal] */
  route: string;
  /** An address of it: /signals/latency */
  path: string;
  methods: string[];
};

/**
 * Every page and route of the portal, read from its folders: none can be left out.
 * @param recorded what really exists of some tenant, to stand for its parts as well
 */
export function everyDoor(recorded?: RecordedAlert): Door[] {
  const real: Record<string, string[]> = recorded
    ? { "[alert]": [recorded.alert], "[mail]": [recorded.mail] }
    : {};
  const files = readdirSync(APP, { recursive: true, encoding: "utf8" });
  const doors = files.filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file));
  return doors.flatMap((file) => {
    const parts = path.dirname(file).split("/");
    const segments = parts.filter((part) => part !== "." && !/^\(.*\)$/.test(part));
    const source = readFileSync(path.join(APP, file), "utf8");
    const exported = source.matchAll(
      /export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/g,
    );
    const methods = file.endsWith("page.tsx") ? ["GET"] : [...exported].map(([, method]) => method ?? "");
    return addressesOf(segments, real).map((address) => ({
      route: `/${segments.join("/")}`,
      path: address,
      methods,
    }));
  });
}

/**
 * The routes that the build serves, as Next.js itself lists them; its own pages for errors have no address.
 */
export function routesOfBuild(): string[] {
  const manifest = path.resolve(import.meta.dirname, "../.next/app-path-routes-manifest.json");
  const routes = Object.values(JSON.parse(readFileSync(manifest, "utf8")) as Record<string, string>);
  return routes.filter((route) => !route.startsWith("/_"));
}

function addressesOf([segment, ...rest]: string[], real: Record<string, string[]>): string[] {
  if (segment === undefined) return [""];
  const known = segment.startsWith("[") ? PARAMETERS[segment] : [segment];
  if (!known) throw new Error(`Say in PARAMETERS what can stand for ${segment}.`);
  const choices = [...known, ...(real[segment] ?? [])];
  const tails = addressesOf(rest, real);
  return choices.flatMap((choice) => tails.map((tail) => `/${choice}${tail}`));
}

type Labels = Record<string, string>;

async function seriesOf(tenant: string): Promise<Labels[]> {
  const query = new URLSearchParams({ "match[]": `{tenant="${tenant}"}` });
  const response = await fetch(`${demo().prometheus}/api/v1/series?${query}`);
  return ((await response.json()) as { data: Labels[] }).data;
}

export const NAMES: Record<string, string> = { photos: "Photo Library", tickets: "Ticket Desk" };

/**
 * Everything that distinguishes one tenant from another, as the platform really has it: name, address, and whatever
 * stands in the labels of its own series alone (versions, pods, images, volumes, routes). A metric that the operator's
 * queries name distinguishes nobody: each owner reads how a signal is measured.
 */
export async function tracesOf(tenant: string, seenBy: string): Promise<string[]> {
  const values = async (id: string) => new Set((await seriesOf(id)).flatMap(Object.values));
  const [theirs, own, [bundle]] = await Promise.all([
    values(tenant),
    values(seenBy),
    inDatabase<{ text: string }>("SELECT document::text AS text FROM definition WHERE kind = 'bundle'"),
  ]);
  const isMeasured = (value: string) => value.includes("_") && bundle?.text.includes(value);
  const tells = (value: string) =>
    value !== tenant && !own.has(value) && value.length > 4 && /[a-z.-]/.test(value) && !isMeasured(value);
  const telling = [...theirs].filter(tells);
  expect(telling.length).toBeGreaterThan(10);
  return [NAMES[tenant] ?? "", `owner@${tenant}.example`, ...telling];
}

export async function cookieHeader(context: BrowserContext): Promise<string> {
  return (await context.cookies(demo().portal)).map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Everything that an answer says, headers and the pages that it leads to included. */
export async function answerOf(
  cookie: string,
  method: string,
  address: string,
  headers: Labels = {},
): Promise<string> {
  const { portal } = demo();
  const response = await fetch(`${portal}${address}`, {
    method,
    redirect: "manual",
    headers: { cookie, ...(method === "GET" ? {} : { origin: portal }), ...headers },
  });
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  return `${response.status}\n${head}\n\n${await response.text()}`;
}

export function expectNoTrace(answer: string, traces: string[], where: string) {
  const found = traces.filter((trace) => answer.toLowerCase().includes(trace.toLowerCase()));
  expect(found, where).toEqual([]);
}
