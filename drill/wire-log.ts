import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Page } from "@playwright/test";

/** A line for each thing that went over the wire: a request of the browser, a command, a mail. As JSON, one object each. */
export type WireLog = {
  /** The requests that a page makes from now on: method, address, status, duration and size. Never a value of a query, a header or a body. */
  watch(page: Page): void;
  /** The command's name and its end; its words stand in the plan. */
  command(name: string, end: { exitCode: number; tookMs: number }): void;
  mail(mail: { file: string; messageId: string; subject: string; sizeBytes: number }): void;
  close(): Promise<void>;
};

/** An address without what its query and its fragment say: a sign-in's code stands there. */
export function wireAddress(address: string): string {
  const { origin, pathname, searchParams } = new URL(address);
  const names = [...new Set(searchParams.keys())];
  return `${origin}${pathname}${names.length === 0 ? "" : `?${names.map((name) => `${name}=…`).join("&")}`}`;
}

/** @param file is written anew, readable by its owner alone */
export function openWireLog(file: string): WireLog {
  const stream = createWriteStream(file, { mode: 0o600 });
  const write = (entry: object) =>
    stream.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
  return {
    watch(page) {
      page.on("response", (response) => {
        const request = response.request();
        // What a page carries in itself crosses no wire.
        if (!request.url().startsWith("http")) return;
        const method = request.method();
        const address = wireAddress(request.url());
        const entry = { kind: "http", method, address, status: response.status() };
        void response.finished().then(
          () => write({ ...entry, tookMs: Math.round(request.timing().responseEnd) }),
          () => write(entry),
        );
      });
      page.on("requestfailed", (request) =>
        write({
          kind: "http",
          method: request.method(),
          address: wireAddress(request.url()),
          failed: request.failure()?.errorText ?? "unknown",
        }),
      );
    },
    command: (name, end) => void write({ kind: "command", name, ...end }),
    mail: (mail) => void write({ kind: "mail", ...mail }),
    async close() {
      stream.end();
      await once(stream, "finish");
    },
  };
}
