import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chainOf } from "@/lib/alerting-chain/chain";
import { createAlertingChainStore } from "@/lib/alerting-chain/store";
import { createLedger, type Ledger } from "@/lib/alerts/ledger/store";
import { readBounce } from "@/lib/delivery/smtp/bounce";
import { bounceOutcomeOf } from "@/lib/delivery/smtp/bounce-outcome";
import { readReturnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { type AlertingWorld, type RenderExit, startAlertingWorld } from "@/testing/alerting-world";
import { INTERVAL_SECONDS } from "@/testing/evaluation";
import type { WorkerExit } from "@/testing/mortal-worker";
import { SECRET } from "@/testing/outbox";
import type { RelayMode } from "@/testing/relay-modes";
import { RETURNED_REPORTS } from "@/testing/returned-reports";
import { LINES, type Seen } from "@/testing/seen-fleet";
import { createSlotJudge } from "./evaluate";

const TENANTS = ["aurora", "borealis"];
const FIRST_SLOT_MS = Date.UTC(2026, 10, 21, 10);
const SLOT_MS = INTERVAL_SECONDS * 1000;
const HOUR_MS = 3_600_000;
const RUN_FOR_MS = 15_000;
const AT_MOST_RUNS = 200;

let world: AlertingWorld;
beforeAll(async () => {
  world = await startAlertingWorld(TENANTS);
});
afterAll(() => world?.drop());

/** All that the model knows by itself: how late it is, and how often a copy may have been sent that was not recorded. */
type Model = {
  slotMs: number;
  unrecorded: number;
  alerts: Set<string>;
  /** The relay has called recipients unknown. Nothing else may call an address bad, or end a mail without an acceptance. */
  calledUnknown: boolean;
};
type Judge = ReturnType<typeof createSlotJudge>;
type Real = { judge: Judge; second: Judge };

type AlertRow = {
  id: string;
  tenant_id: string;
  signal: string;
  line: string;
  thread_id: string;
  notified: boolean;
  open: boolean;
  pending_ms: number;
  for_ms: number;
  xmin: string;
};
type MailRow = {
  id: string;
  seq: string;
  tenant_id: string;
  kind: string;
  recipient: string;
  thread_id: string;
  state: string;
  ambiguous: number;
  xmin: string;
};
const alertsNow = () =>
  world.query<AlertRow>(
    `SELECT id, tenant_id, signal, line, thread_id, told AS notified, ended_at IS NULL AS open, xmin::text,
       extract(epoch FROM fired_at - breached_at)::float8 * 1000 AS pending_ms,
       (threshold->>'forSeconds')::int * 1000 AS for_ms FROM episode`,
  );
const mailsNow = () =>
  world.query<MailRow>(
    "SELECT id, seq, tenant_id, kind, recipient, thread_id, state, ambiguous, xmin::text FROM mail ORDER BY seq",
  );

const REPORT_FIRING = ["firing", "joined", "flapping"];
const ENDS = ["recovered", "fired-and-recovered", "cancelled", "expired"];

/** What must hold whatever has happened, after each command. */
async function holds(model: Model): Promise<void> {
  const [alerts, mails] = [await alertsNow(), await mailsNow()];
  for (const alert of alerts) {
    expect(alert.pending_ms).toBeGreaterThanOrEqual(alert.for_ms);
    if (model.alerts.has(alert.id)) continue;
    // New since the last command, which has sent nothing since: its mail has the mark of the same transaction.
    model.alerts.add(alert.id);
    const same = mails.filter(({ xmin, tenant_id }) => xmin === alert.xmin && tenant_id === alert.tenant_id);
    if (alert.notified) expect(same.map(({ kind }) => kind).join()).toMatch(/firing|joined/);
  }
  const firing = await world.query<{ key: string }>(
    "SELECT tenant_id || signal || line AS key FROM judgement WHERE condition IN ('firing', 'recovering') ORDER BY 1",
  );
  const open = alerts
    .filter((alert) => alert.open)
    .map(({ tenant_id, signal, line }) => tenant_id + signal + line)
    .sort();
  expect(firing.map(({ key }) => key)).toEqual(open);
  threadsAreWhole(alerts, mails);
  await copiesAreFew(model, mails);
  if (model.calledUnknown) return;
  expect(await world.query("SELECT FROM address_health")).toEqual([]);
  for (const { state } of mails) expect(["failed", "held"]).not.toContain(state);
}

/** No end is mailed without its beginning, and no event twice. */
function threadsAreWhole(alerts: AlertRow[], mails: MailRow[]): void {
  for (const thread of new Set(mails.map(({ thread_id }) => thread_id))) {
    const ofThread = mails.filter(({ thread_id }) => thread_id === thread);
    expect(new Set(ofThread.map(({ tenant_id }) => tenant_id)).size).toBe(1);
    for (const { kind, seq } of ofThread.filter((mail) => ENDS.includes(mail.kind)))
      expect(
        ofThread.some((mail) => BigInt(mail.seq) < BigInt(seq) && REPORT_FIRING.includes(mail.kind)),
        `${kind} without a firing mail before it`,
      ).toBe(true);
    const notified = ofThread.filter(({ kind }) => kind === "firing" || kind === "joined").length;
    const ofAlerts = alerts.filter(({ thread_id }) => thread_id === thread).length;
    expect(notified).toBeLessThanOrEqual(
      ofAlerts + ofThread.filter(({ kind }) => kind === "flapping").length,
    );
  }
}

/** As many copies as there were crashes and lost replies, of the same bytes, to the tenant's own address, in order. */
async function copiesAreFew(model: Model, mails: MailRow[]): Promise<void> {
  const byId = new Map(mails.map((mail) => [mail.id, mail]));
  const copies = new Map<string, Buffer[]>();
  for (const { from, to, raw } of world.relay.taken) {
    const id = readReturnPath(from, returnPathKey(SECRET), "watchpost.example") ?? "";
    const mail = byId.get(id);
    expect(mail).toBeDefined();
    expect(to).toBe(`owner@${mail?.tenant_id}.example`);
    const foreign = TENANTS.filter((tenant) => tenant !== mail?.tenant_id);
    for (const tenant of foreign) expect(raw.toString()).not.toContain(tenant);
    const known = copies.get(id) ?? [];
    for (const copy of known) expect(raw.equals(copy)).toBe(true);
    copies.set(id, [...known, raw]);
  }
  let extra = 0;
  for (const [id, list] of copies) {
    const spare = byId.get(id)?.ambiguous ?? 0;
    expect(list.length).toBeLessThanOrEqual(1 + spare);
    extra += list.length - 1;
  }
  expect(extra).toBeLessThanOrEqual(model.unrecorded);
  for (const thread of new Set(mails.map(({ thread_id }) => thread_id))) {
    const first = [...copies.keys()].map((id) => byId.get(id)).filter((mail) => mail?.thread_id === thread);
    const order = first.map((mail) => Number(mail?.seq));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
}

/** While the relay refuses the first tenant's recipient, the others wait for nothing. */
async function othersHaveTheirs(): Promise<void> {
  const others = (await mailsNow()).filter(({ tenant_id }) => tenant_id !== TENANTS[0]);
  for (const { state } of others) expect(["queued", "sending"]).not.toContain(state);
}

type Command = fc.AsyncCommand<Model, Real>;
const command = (words: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
    await holds(model);
  },
  toString: () => words,
});

const crashing = (when: "before" | "after"): Ledger => {
  const ledger = createLedger(world.database);
  return {
    ...ledger,
    commit: async (write) => {
      if (when === "after") await ledger.commit(write);
      throw new Error("killed");
    },
  };
};

/** What an evaluator asks, in steps: before the one of that number it stands still until it is woken. */
function sleeper(step: number) {
  let steps = 0;
  let wake = () => {};
  let fallAsleep = (_: "asleep") => {};
  const asleep = new Promise<"asleep">((resolve) => {
    fallAsleep = resolve;
  });
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const stepwise = <T extends object>(source: T): T =>
    Object.fromEntries(
      Object.entries(source).map(([name, ask]) => [
        name,
        name === "clockMs"
          ? ask
          : async (...values: unknown[]) => {
              if (steps++ === step) {
                fallAsleep("asleep");
                await awake;
              }
              return ask(...values);
            },
      ]),
    ) as T;
  const { ledger, fleet, readBundle } = world.options();
  const options = {
    ledger: ledger && stepwise(ledger),
    fleet: fleet && stepwise(fleet),
    ...stepwise({ readBundle: readBundle ?? (async () => null) }),
  };
  return { options, asleep, wake };
}

/** As startEvaluator does it, only sooner: each connection of the pool may be found dead once. */
async function retried<T>(attempt: () => Promise<T>, left = 5): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (left === 0) throw error;
    return retried(attempt, left - 1);
  }
}

type Cycle = "judged" | "twice" | "dies-before" | "dies-after" | "lost-before" | "lost-after" | "killed";
/** One slot, worked on by an evaluator to which something happens; if that ends it, another evaluator does the slot. */
async function work(model: Model, real: Real, how: Cycle): Promise<void> {
  const { slotMs } = model;
  switch (how) {
    case "twice":
      await Promise.all([real.judge(slotMs), real.second(slotMs)]);
      return;
    case "dies-before":
    case "dies-after": {
      const ledger = crashing(how === "dies-before" ? "before" : "after");
      await expect(createSlotJudge(world.options({ ledger }))(slotMs)).rejects.toThrow("killed");
      await holds(model);
      await real.second(slotMs);
      return;
    }
    case "lost-before":
    case "lost-after":
      world.breakNextCommit(how === "lost-before" ? "before" : "after");
      await real.judge(slotMs);
      return;
    case "killed":
      await world.killConnections();
      await retried(() => real.judge(slotMs));
      return;
    case "judged":
      await real.judge(slotMs);
  }
}

const seen = fc.constantFrom<Seen[]>("breach", "breach", "breach", "good", "good", "missing");
const sight = fc.array(seen, { minLength: 4, maxLength: 4 });
const show = (words: readonly Seen[]) => {
  for (const [n, line] of LINES.entries())
    world.sight.set(line, new Map(TENANTS.map((tenant, m) => [tenant, words[2 * n + m] ?? "good"])));
};
const everything = async () =>
  JSON.stringify([
    await world.query("SELECT * FROM judgement ORDER BY 1, 2, 3"),
    await world.query("SELECT * FROM episode ORDER BY id"),
    await world.query("SELECT id, state FROM mail ORDER BY seq"),
  ]);

const cycles = fc
  .tuple(
    sight,
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom<Cycle[]>(
      "judged",
      "judged",
      "judged",
      "twice",
      "dies-before",
      "dies-after",
      "lost-before",
      "lost-after",
      "killed",
    ),
  )
  .map(([words, slots, how]) =>
    command(`${slots} cycles see ${words.join(" ")}, the last one ${how}`, async (model, real) => {
      for (let left = slots; left > 0; left--) {
        model.slotMs += SLOT_MS;
        show(words);
        await work(model, real, left === 1 ? how : "judged");
      }
    }),
  );
/** A worker that stands still before one of its steps, whichever it is, while the others go on for some slots. */
const sleeping = fc
  .tuple(sight, sight, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 8 }))
  .map(([before, after, step, slots]) =>
    command(
      `a worker sees ${before.join(" ")} and stands still before its step ${step}, through ${slots} cycles that see ${after.join(" ")}`,
      async (model, real) => {
        model.slotMs += SLOT_MS;
        show(before);
        const { options, asleep, wake } = sleeper(step);
        const judge = createSlotJudge(world.options({ ...options, clockOf: () => model.slotMs }));
        const result = judge(model.slotMs);
        if ((await Promise.race([asleep, result])) !== "asleep") return;
        show(after);
        for (let left = slots; left > 0; left--) {
          model.slotMs += SLOT_MS;
          expect(await real.judge(model.slotMs)).toMatchObject({ kind: "judged" });
        }
        await holds(model);
        const cycles = "SELECT id FROM cycle ORDER BY 1";
        const written = [await everything(), await world.query(cycles)];
        wake();
        expect((await result).kind).toMatch(/^(late|lost)$/);
        expect([await everything(), await world.query(cycles)]).toEqual(written);
      },
    ),
  );
const blind = fc.integer({ min: 1, max: 3 }).map((slots) =>
  command(`${slots} cycles can't ask`, async (model, real) => {
    const before = await everything();
    world.sight.clear();
    for (let left = slots; left > 0; left--) {
      model.slotMs += SLOT_MS;
      expect(await real.judge(model.slotMs)).toMatchObject({ kind: "judged", mails: 0 });
    }
    expect(await everything()).toBe(before);
  }),
);
const jump = fc.constantFrom(-HOUR_MS, HOUR_MS).map((byMs) =>
  command(`the clock jumps by ${byMs / HOUR_MS} h`, async (model) => {
    model.slotMs += byMs;
  }),
);
const turnRelay = fc
  .constantFrom<RelayMode[]>(
    "up",
    "up",
    "down",
    "refuses",
    "refuses-us",
    "refuses-one",
    "refuses-one-and-us",
    "greylists",
    "drops",
  )
  .map((mode) =>
    command(`the relay is ${mode}`, async (model) => {
      world.relayMode = mode;
      if (mode === "refuses") model.calledUnknown = true;
    }),
  );
const deliver = fc
  .constantFrom<WorkerExit[]>("lives", "lives", "dies-before-data", "dies-after-250", "freezes-after-250")
  .map((delivery) =>
    command(`a worker delivers and ${delivery}`, async (model) => {
      model.unrecorded += await world.deliver(delivery);
      if (delivery === "lives" && world.relayMode === "refuses-one") await othersHaveTheirs();
    }),
  );
/** It is read and said, and nothing is held, lost or called bad for it. */
const comeBack = fc.tuple(fc.nat(), fc.constantFrom(...Object.keys(RETURNED_REPORTS))).map(([n, how]) =>
  command(`mail ${n} comes back ${how}`, async () => {
    const accepted = (await mailsNow()).filter(({ state }) => state === "accepted");
    const mail = accepted[n % Math.max(accepted.length, 1)];
    const raw = mail && RETURNED_REPORTS[how]?.(mail.recipient);
    if (!mail || !raw) return;
    const outcome = bounceOutcomeOf(await readBounce(raw), mail.recipient);
    expect(outcome.action).toMatch(/^(part|delayed|unreadable)$/);
    await world.outbox.markBounce(mail.id, outcome);
  }),
);
const render = fc
  .constantFrom<RenderExit[]>("lives", "dies-before-writing", "dies-after-writing", "twice")
  .map((exit) => command(`a worker renders and ${exit}`, () => world.render(exit)));
const edit = fc
  .tuple(
    fc.constantFrom(...TENANTS),
    fc.constantFrom(...LINES),
    fc.constantFrom("off", "raised", "as before"),
  )
  .map(([tenant, lineKey, word]) =>
    command(`the owner of ${tenant} sets ${lineKey} ${word}`, async () => {
      await world.query(
        `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
           updated_by) VALUES ($1, $2, $3, $4, $5, false, 60, 60, 1, 'owner')
         ON CONFLICT (tenant_id, signal, line) DO UPDATE SET enabled = excluded.enabled, value = excluded.value,
           version = threshold_setting.version + 1`,
        [tenant, ...lineKey.split("/"), word !== "off", word === "raised" ? 20 : 5],
      );
    }),
  );

/** In the end everything works again: then nothing may be left open, and what never arrived must be shown. */
async function settles(model: Model): Promise<void> {
  world.relayMode = "up";
  model.unrecorded += await world.deliver("lives");
  await holds(model);
  const mails = await mailsNow();
  for (const { state, kind } of mails)
    expect(["accepted", "failed", "held", "cancelled"], `${kind} is ${state}`).toContain(state);
  for (const tenant of TENANTS) {
    const scope = world.scope(tenant);
    const lost = mails.filter(
      ({ tenant_id, state }) => tenant_id === tenant && (state === "failed" || state === "held"),
    );
    const shown = (await world.outbox.notReceived(scope)).map(({ id }) => id);
    expect(new Set(shown)).toEqual(new Set(lost.map(({ id }) => id)));
    if (lost.length === 0) continue;
    const records = await createAlertingChainStore(world.database).readDeliveryRecords(scope);
    const nowMs = records?.nowMs ?? 0;
    const worker = { startedAtMs: nowMs, seenAtMs: nowMs };
    const newest = {
      atMs: nowMs,
      outcome: "good" as const,
      reason: null,
      intervalSeconds: INTERVAL_SECONDS,
    };
    const lines = [{ name: "error rate", goodAtMs: newest.atMs, newest }];
    const chain = records && chainOf({ ...records, worker, lines });
    expect(chain?.trustworthy).toBe(false);
    expect(chain?.links.find(({ id }) => id === "address")?.ok).toBe(false);
  }
}

describe("evaluate and deliver", () => {
  test("keep their promises through crashes, jumping clocks, workers that stand still, lost connections, edits and a relay in any mood", async () => {
    const commands = fc.commands(
      [cycles, cycles, cycles, render, sleeping, deliver, deliver, turnRelay, comeBack, edit, blind, jump],
      {
        maxCommands: 25,
        size: "max",
      },
    );
    const endsAt = performance.now() + RUN_FOR_MS;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (script) => {
        // A run that has begun is never broken off: on a slow machine even the first may take longer than all should.
        if (runs > 0 && performance.now() > endsAt) return;
        runs += 1;
        await world.reset();
        const model: Model = {
          slotMs: FIRST_SLOT_MS,
          unrecorded: 0,
          alerts: new Set(),
          calledUnknown: false,
        };
        const real = { judge: createSlotJudge(world.options()), second: createSlotJudge(world.options()) };
        await fc.asyncModelRun(() => ({ model, real }), script);
        await settles(model);
      }),
      { numRuns: AT_MOST_RUNS, endOnFailure: true },
    );
  });
});
