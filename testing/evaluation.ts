import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { createSlotJudge, type EvaluatorOptions } from "../alerting/evaluate/evaluate";
import { renderMail } from "../alerting/mail/render";
import { createLedger } from "../lib/alerts/ledger/store";
import type { MailFacts } from "../lib/alerts/mail-facts";
import { type Bundle, bundleSchema } from "../lib/catalogue/bundle";
import { closeDatabase } from "../lib/infra/db";
import { createPrometheus } from "../lib/prometheus/client";
import { createFleet } from "../lib/prometheus/fleet";
import { MAIL_FROM, startTestOutbox, type TestOutbox } from "./outbox";

export const INTERVAL_SECONDS = 30;

export const defaultBundle = (): Bundle =>
  bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));

export type MailRow = { kind: string; tenant_id: string; state: string; thread_id: string; seq: string };

export type TestEvaluation = TestOutbox & {
  /** What an evaluator needs, with the given Prometheus. `told` collects what was rendered, committed or not. */
  options(prometheusUrl: string, change?: Partial<EvaluatorOptions>): EvaluatorOptions;
  judge(prometheusUrl: string, change?: Partial<EvaluatorOptions>): ReturnType<typeof createSlotJudge>;
  notified: MailFacts[];
  mails(): Promise<MailRow[]>;
  query<R extends object>(text: string, values?: unknown[]): Promise<R[]>;
};

/** A migrated database with live tenants, for evaluators that judge the default bundle. This process's stores read it, too. */
export async function startTestEvaluation(tenants: string[]): Promise<TestEvaluation> {
  const outbox = await startTestOutbox(tenants);
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
    judge: (url, change) => createSlotJudge(options(url, change)),
    notified,
    query,
    mails: () => query("SELECT kind, tenant_id, state, thread_id, seq FROM mail ORDER BY seq"),
    drop: async () => {
      await closeDatabase();
      await outbox.drop();
    },
  };
}
