import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { html, type Markup } from "@/lib/infra/markup";
import type { Calendar } from "../../calendar/calendar";
import { CalendarRefused, parseCalendarChange } from "../../calendar/steps";
import { close, listen } from "../../pages/listen";
import { type DemoPage, sendPage } from "../../pages/page";
import type { Cluster } from "../cluster/cluster";
import { FaultRefused, parseFaultChange, parseGuestChange } from "../faults";
import { controlPage } from "./page";
import type { Switchboard } from "./switchboard";

const MOST_BODY_BYTES = 2_000;

/** Routes that another part of the demo answers here, and how the control page leads to them. */
export type MoreRoutes = {
  link: Markup;
  /** @param isOwn whether the request comes from a page of this server @returns whether the route is one of these */
  answer(route: string, request: IncomingMessage, response: ServerResponse, isOwn: boolean): Promise<boolean>;
};

/**
 * The control page and its API, on the loopback address. A write needs this server's own Origin, and every request its own
 * Host: so a page from elsewhere that the same browser has open can't throw a switch.
 */
export class ControlServer {
  readonly #server: Server;
  #url = "";
  #more: MoreRoutes | null = null;

  constructor(
    private readonly switchboard: Switchboard,
    private readonly cluster: Cluster,
    /** Absent where the platform runs without a portal; null until there is one. */
    private readonly calendar?: () => Calendar | null,
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (error instanceof FaultRefused || error instanceof CalendarRefused)
          return refuse(response, 400, "bad-change", error.message);
        refuse(response, 500, "internal", "The change could not be made.");
      });
    });
  }

  /** @returns the URL */
  async start(port: number): Promise<string> {
    this.#url = `http://127.0.0.1:${await listen(this.#server, port, "The control page")}`;
    return this.#url;
  }

  add(more: MoreRoutes): void {
    this.#more = more;
  }

  stop(): Promise<void> {
    return close(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port } = new URL(this.#url);
    const own = [this.#url, `http://localhost:${port}`];
    if (!own.includes(`http://${request.headers.host}`)) {
      return refuse(response, 404, "not-found", "There is nothing here.");
    }
    const route = `${request.method} ${new URL(request.url ?? "/", this.#url).pathname}`;
    switch (route) {
      case "GET /":
        sendPage(
          response,
          200,
          this.#withLink(controlPage(this.switchboard.state(), this.cluster.view(), await this.#standing())),
        );
        return;
      case "GET /api/state":
        return writeJson(response, 200, { ...this.switchboard.state(), cluster: this.cluster.view() });
      case "POST /api/faults":
      case "POST /api/guest":
      case "POST /api/calendar": {
        if (!own.includes(request.headers.origin ?? "")) {
          return refuse(response, 403, "foreign-origin", "Switches are thrown from this server's own page.");
        }
        const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
        const text = await readBody(request);
        const body = isForm ? fromForm(text) : fromJson(text);
        const done = await this.#carryOut(route, body);
        if (!isForm) return writeJson(response, 200, { done, ...this.switchboard.state() });
        response.writeHead(303, { Location: "/" }).end();
        return;
      }
      default: {
        const isOwn = own.includes(request.headers.origin ?? "");
        if (await this.#more?.answer(route, request, response, isOwn)) return;
        return refuse(response, 404, "not-found", "There is nothing here.");
      }
    }
  }

  /** Where the tenant stands that leaves; undefined where there is none, null until it is known. */
  async #standing(): Promise<string | null | undefined> {
    if (!this.calendar) return undefined;
    return (await this.calendar()?.standing(Date.now())) ?? null;
  }

  async #carryOut(route: string, body: unknown): Promise<string> {
    if (route.endsWith("/faults")) return this.switchboard.apply(parseFaultChange(body));
    if (route.endsWith("/guest")) return this.switchboard.setGuest(parseGuestChange(body));
    return this.#turnCalendar(body);
  }

  async #turnCalendar(body: unknown): Promise<string> {
    const change = parseCalendarChange(body);
    const calendar = this.calendar?.();
    if (!calendar) throw new CalendarRefused("There is no portal yet. Try again once the demo has started.");
    return calendar.turnTo(change, Date.now());
  }

  #withLink(page: DemoPage): DemoPage {
    return this.#more ? { ...page, body: html`${page.body}<p>${this.#more.link}</p>` } : page;
  }
}

export async function readBody(request: IncomingMessage, mostBytes = MOST_BODY_BYTES): Promise<string> {
  let body = "";
  for await (const piece of request) {
    body += piece;
    if (body.length > mostBytes) throw new FaultRefused("The request is too long.");
  }
  return body;
}

export function fromJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new FaultRefused("The body is not JSON.");
  }
}

export function fromForm(body: string): unknown {
  return Object.fromEntries(new URLSearchParams(body));
}

export function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    .end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  writeJson(response, status, { error: { code, message } });
}
