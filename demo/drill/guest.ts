import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { type AppliedPlace, applyByCommand, definitionsCommand } from "../apply-definitions";
import { GUEST_ID } from "../platform/characters";
import type { Guest } from "../platform/faults";

const OWNER = "owner@drill.example";
const ANSWER_WITHIN_MS = 20_000;
/** Its 30 days were over a day ago. */
const EVICTED_DAYS_AGO = 31;
const DAY_MS = 86_400_000;

/** What the drill's commands need of running.json, which the demo writes once all of it runs. */
export const drilledDemoSchema = z.object({
  control: z.url(),
  inbox: z.url(),
  repository: z.url(),
  database: z.url(),
  portalEnvironment: z.object({ DEFINITIONS_DIR: z.string() }),
});
type DrilledDemo = z.infer<typeof drilledDemoSchema>;

const messagesSchema = z.object({
  messages: z.array(z.object({ id: z.string().regex(/^[\w-]+$/), envelopeTo: z.array(z.string()) })),
});

async function post(server: string, pathname: string, body?: object): Promise<void> {
  const response = await fetch(new URL(pathname, server), {
    method: "POST",
    redirect: "manual",
    headers: { origin: new URL(server).origin, "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (response.status >= 400) throw new Error(`${server}${pathname} answered ${response.status}.`);
}

/** What the drill does to a running demo: the same that an operator does to a platform, with the demo's own switches. */
export class DrilledGuest {
  readonly #file: string;
  readonly #place: AppliedPlace;

  constructor(private readonly demo: DrilledDemo) {
    const { DEFINITIONS_DIR: definitionsDir } = demo.portalEnvironment;
    this.#file = path.join(definitionsDir, "tenants", `${GUEST_ID}.yaml`);
    this.#place = { definitionsDir, databaseUrl: demo.database };
  }

  /** Hosts the capability, and applies a definition of it. */
  async apply(): Promise<void> {
    await this.setGuest("routed");
    await this.#define({});
    await applyByCommand(this.#place);
  }

  setGuest(guest: Guest): Promise<void> {
    return post(this.demo.control, "/api/guest", { guest });
  }

  setRelay(on: boolean): Promise<void> {
    return post(this.demo.inbox, `/relay?on=${on ? 1 : 0}`);
  }

  /** Brings the owner's mails into a folder, one file each; those that are there already stay. */
  async fetchMails(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const known = new Set(await readdir(folder));
    const ask = (pathname: string) =>
      fetch(new URL(pathname, this.demo.inbox), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { messages } = messagesSchema.parse(await (await ask("/api/messages")).json());
    for (const { id, envelopeTo } of messages) {
      if (!envelopeTo.includes(OWNER) || known.has(`${id}.eml`)) continue;
      const source = await (await ask(`/messages/${id}/source`)).arrayBuffer();
      await writeFile(path.join(folder, `${id}.eml`), Buffer.from(source));
    }
  }

  /** Lets the capability go, and its tenant leave as one does whose 30 days are over: the worker deletes what is held about it. */
  async remove(): Promise<void> {
    await this.setGuest("gone");
    const from = `${new Date(Date.now() - EVICTED_DAYS_AGO * DAY_MS).toISOString().slice(0, 19)}Z`;
    await this.#define({
      leaving: { eviction: { from, issueUrl: `${this.demo.repository}/issues/2`, pauses: [] } },
    });
    // Where the tenant is gone already, the command has nothing to delete.
    await applyByCommand(this.#place, ["--delete", GUEST_ID]);
    await rm(this.#file, { force: true });
  }

  /** @throws Error with the tables that still name the tenant */
  expectNothingLeft(): Promise<void> {
    return definitionsCommand(["left", GUEST_ID], this.demo.database);
  }

  async #define(more: object): Promise<void> {
    const definition = {
      id: GUEST_ID,
      name: "Drill",
      contactAddress: OWNER,
      timeZone: "Europe/Berlin",
      onboardingIssueUrl: `${this.demo.repository}/issues/2`,
      state: "live",
      ...more,
    };
    await writeFile(this.#file, stringify(definition));
  }
}
