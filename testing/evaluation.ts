import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { createSlotJudge, type EvaluatorOptions } from "../alerting/evaluate/evaluate";
import { renderMail } from "../alerting/mail/render";
import { createRenderTurn, type RenderOptions } from "../alerting/render/turn";
import { createLedger } from "../lib/alerts/ledger/store";
import type { MailFacts } from "../lib/alerts/mail-facts";
import { createAlertStore } from "../lib/alerts/store";
import { type Bundle, bundleSchema } from "../lib/catalogue/bundle";
import { createDrafts } from "../lib/delivery/drafts/store";
import { closeDatabase } from "../lib/infra/db";
import { createPrometheus } from "../lib/prometheus/client";
import { createFleet } from "../lib/prometheus/fleet";
import { MAIL_FROM, startTestOutbox, type TestOutbox } from "./outbox";
import type { TestDatabase } from "./postgres";

export const INTERVAL_SECONDS = 30;

export const defaultBundle = (): Bundle =>
  bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));

export type MailRow = { kind: string; tenant_id: string; state: string; thread_id: string; seq: string };

/** What an evaluator needs, and a renderer besides. */
export type TestOptions = EvaluatorOptions & RenderOptions;

export type TestEvaluation = TestOutbox & {
  /** With the given Prometheus. `notified` collects what was rendered. */
  options(prometheusUrl: string, change?: Partial<TestOptions>): TestOptions;
  /** Judges a slot and renders its mails, as a worker does that nothing happens to. */
  judge(prometheusUrl: string, change?: Partial<TestOptions>): ReturnType<typeof createSlotJudge>;
  notified: MailFacts[];
  mails(): Promise<MailRow[]>;
  query<R extends object>(text: string, values?: unknown[]): Promise<R[]>;
};

/**
 * A migrated database with live tenants, for evaluators that judge the default bundle. This process's stores read it, too.
 * @param copyOf what it begins with, in place of an empty one
 */
export async function startTestEvaluation(tenants: string[], copyOf?: TestDatabase): Promise<TestEvaluation> {
  const outbox = await startTestOutbox(tenants, copyOf);
  await closeDatabase();
  process.env.DATABASE_URL = outbox.url;
  const bundle = defaultBundle();
  const notified: MailFacts[] = [];
  const options: TestEvaluation["options"] = (url, change = {}) => ({
    ledger: createLedger(outbox.database),
    fleet: createFleet({ url }),
    prometheus: createPrometheus({ url }),
    readBundle: async () => bundle,
    readComponents: async () => null,
    drafts: createDrafts(outbox.database),
    recordTrends: createAlertStore(outbox.database).recordTrends,
    renderMail: (content) => {
      notified.push(content);
      return renderMail(content);
    },
    mailFrom: MAIL_FROM,
    portalUrl: "https://watchpost.example",
    label: "tenant",
    intervalSeconds: INTERVAL_SECONDS,
    ...change,
  });
  const query = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await outbox.pool.query<R>(text, values)).rows;
  return {
    ...outbox,
    options,
    judge: (url, change) => {
      const judge = createSlotJudge(options(url, change));
      return async (slotMs) => {
        const result = await judge(slotMs);
        await renderAll(options(url, change));
        return result;
      };
    },
    notified,
    query,
    mails: () => query("SELECT kind, tenant_id, state, thread_id, seq FROM mail ORDER BY seq"),
    keep: async () => {
      await closeDatabase();
      return outbox.keep();
    },
    drop: async () => {
      await closeDatabase();
      await outbox.drop();
    },
  };
}

/** Renders until no draft is left that could be. @throws what the database says */
export async function renderAll(options: RenderOptions): Promise<void> {
  const turn = createRenderTurn(options, new AbortController().signal);
  while ((await turn()) > 0);
}
