import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startTestOutbox, testMail } from "@/testing/outbox";
import { outboxSteps, outcomeWords } from "@/testing/outbox-steps";
import type { LeasedMail } from "./mail";
import type { OutcomeClass } from "./smtp/outcome-class";

const db = await startTestOutbox();
const { accept, passTime } = outboxSteps(db);
const MINUTE = 60_000;

afterAll(() => db.drop());
beforeEach(() => db.pool.query("TRUNCATE mail, bounce, address_health, relay_check CASCADE"));

/**
 * The outbox against a model: any interleaving of workers that die before or after the relay took the mail, of lost replies,
 * refusals and expired leases.
 */
describe("whatever workers and relays do", () => {
  type Ending = OutcomeClass | "crash-before" | "crash-after" | "ambiguous-taken";
  const end = fc.constantFrom<Ending>(
    "accepted",
    "transient",
    "transport",
    "bad-address",
    "ambiguous",
    "ambiguous-taken",
    "crash-before",
    "crash-after",
  );
  const command = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("write" as const), key: fc.nat(2) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("lease" as const), limit: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("end" as const), which: fc.nat(9), end }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("time" as const) }) },
  );

  test("order is kept, copies are at most 1 + ambiguous tries, and everything ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        await db.pool.query("TRUNCATE mail, bounce, address_health CASCADE");
        const written = new Map<number, string[]>();
        const taken = new Map<string, number>(); // copies that the relay took
        const firstTaken: string[] = [];
        const held: LeasedMail[] = [];
        const expired = new Set<string>();
        const take = (id: string) => {
          if (!taken.has(id)) firstTaken.push(id);
          taken.set(id, (taken.get(id) ?? 0) + 1);
        };
        const conclude = async (
          mail: LeasedMail,
          how: typeof end extends fc.Arbitrary<infer T> ? T : never,
        ) => {
          if (how === "crash-before") return;
          // A worker whose lease ran out begins no try any more, but the word of an older one may still come.
          if (expired.has(mail.leaseToken)) how = "transient";
          if (how === "accepted" || how === "crash-after" || how === "ambiguous-taken") take(mail.id);
          if (how === "crash-after") return;
          if (how === "accepted") return accept(mail);
          await db.outbox.complete(mail, outcomeWords(how === "ambiguous-taken" ? "ambiguous" : how), MINUTE);
        };
        for (const step of commands) {
          if (step.do === "write") {
            const tenant = step.key === 0 ? "tickets" : "photos";
            const recipient = `r${step.key}@${tenant}.example`;
            const mail = await testMail(tenant, { recipient, kind: "test" });
            await db.write(mail);
            written.set(step.key, [...(written.get(step.key) ?? []), mail.id]);
          } else if (step.do === "lease") {
            held.push(...(await db.outbox.leaseDue(step.limit, 60)));
          } else if (step.do === "time") {
            await passTime();
            for (const { leaseToken } of held) expired.add(leaseToken);
          } else {
            const [mail] = held.splice(step.which % Math.max(1, held.length), 1);
            if (mail) await conclude(mail, step.end);
          }
        }
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(100);
          await passTime();
          const rest = await db.outbox.leaseDue(5, 60);
          if (rest.length === 0) break;
          for (const mail of rest) await conclude(mail, "accepted");
        }
        const { rows } = await db.pool.query("SELECT id, state, ambiguous FROM mail");
        for (const { id, state, ambiguous } of rows) {
          expect(["accepted", "failed"]).toContain(state);
          expect(taken.get(id) ?? 0).toBeLessThanOrEqual(1 + ambiguous);
          if (state === "accepted") expect(taken.get(id)).toBeGreaterThan(0);
        }
        for (const ids of written.values()) {
          const order = firstTaken.filter((id) => ids.includes(id));
          expect(order).toEqual([...order].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
