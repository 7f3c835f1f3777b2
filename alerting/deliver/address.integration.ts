import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readChain } from "@/lib/alerting-chain/read-chain";
import { NOT_AN_ADDRESS } from "@/lib/delivery/message";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { MAIL_FROM, SECRET, testMail } from "@/testing/outbox";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { type Delivery, startDelivery } from "./deliver";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const errorShare = (atMs: number) => (atMs >= at(20) && atMs < at(40) ? 0.5 : 0);

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
const running: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  const deliveries = ["photos", "tickets"].map((id) => ({ id, fromMs: FROM_MS, toMs: at(60), errorShare }));
  prometheus = await startPrometheus({ openMetrics: platformSamples(deliveries) });
});
afterAll(() => prometheus?.stop());
beforeEach(async () => {
  evaluation = await startTestEvaluation(["photos", "tickets"]);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await evaluation.drop();
});

const addressIs = (address: string) =>
  evaluation.query("UPDATE tenant SET contact_address = $1 WHERE id = 'photos'", [address]);
const photos = () => evaluation.scope("photos");
async function run(fromMinute: number, toMinute: number): Promise<void> {
  const judge = evaluation.judge(prometheus.url);
  for (let minute = fromMinute; minute < toMinute; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
}
async function relay(): Promise<TestRelay> {
  const started = await startTestRelay();
  running.push(started);
  return started;
}
function deliver(smtpUrl: string): Delivery {
  const { outbox } = evaluation;
  const delivery = startDelivery({ smtpUrl, mailFrom: MAIL_FROM, secret: SECRET, outbox, pollMs: 30 });
  running.push(delivery);
  return delivery;
}
const addressLink = async () => {
  const { alerting } = await readChain(photos(), new Map([["error-rate/error-rate", "error rate"]]));
  return alerting?.links.find(({ id }) => id === "address");
};
type Row = { kind: string; recipient: string; state: string };
const rows = () =>
  evaluation.query<Row>("SELECT kind, recipient, state FROM mail WHERE tenant_id = 'photos' ORDER BY seq");
const untilRows = (expected: Row[]) =>
  vi.waitFor(async () => expect(await rows()).toEqual(expected), { timeout: 60_000, interval: 25 });
const subjects = ({ taken }: TestRelay) =>
  taken.map(({ to, raw }) => ({ to, subject: /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim() }));

describe("an address that nobody can write to", () => {
  test.each([
    "owner at photos",
    "",
    "a@b.example, c@d.example",
    "ü@photos_.example",
    "x@y\r\nBcc: z@else.example",
  ])(
    "(%j) leaves no alert without a mail: it is held, the chain says why, and it is among those that never arrived",
    async (address) => {
      await addressIs(address);
      await run(15, 30);
      const states = await evaluation.query("SELECT tenant_id, state FROM mail ORDER BY tenant_id");
      expect(states).toEqual([
        { tenant_id: "photos", state: "held" },
        { tenant_id: "tickets", state: "queued" },
      ]);
      expect(await evaluation.outbox.notReceived(photos())).toMatchObject([
        { kind: "firing", state: "held" },
      ]);
      const link = await addressLink();
      expect(link?.ok).toBe(false);
      if (address !== "") expect(link?.reason).toContain(`No mail can be addressed to ${address}`);
      expect(await evaluation.outbox.leaseDue(5, 60)).toMatchObject([{ tenantId: "tickets" }]);
    },
  );

  test("holds what is written to it until the definitions name a good one, and then it goes there", async () => {
    await addressIs("owner at photos");
    await run(15, 30);
    await addressIs("new@photos.example");
    const { url, taken } = await relay();
    deliver(url);
    await untilRows([{ kind: "firing", recipient: "new@photos.example", state: "accepted" }]);
    const [own] = taken.filter(({ to }) => to === "new@photos.example");
    expect(own?.raw.toString()).toMatch(/^To: new@photos\.example\r$/m);
    expect((await addressLink())?.ok).toBe(true);
  });
});

describe("Fault 19: an address that changes while mails are queued", () => {
  test("gets them all in their order, and the old address nothing", async () => {
    await run(15, 30);
    await evaluation.query("UPDATE mail SET due_at = now() + interval '1 hour', attempts = 3");
    await addressIs("new@photos.example");
    await evaluation.query(
      "UPDATE mail SET ambiguous = 1, last_class = 'ambiguous', last_tried_at = now() WHERE tenant_id = 'photos'",
    );
    await run(30, 50);
    const started = await relay();
    deliver(started.url);
    // The old address may have a copy, which may bounce: its row stays, so that no bounce blames the new address.
    await untilRows([
      { kind: "firing", recipient: "new@photos.example", state: "accepted" },
      { kind: "recovered", recipient: "new@photos.example", state: "accepted" },
      { kind: "firing", recipient: "owner@photos.example", state: "cancelled" },
    ]);
    const own = subjects(started).filter(({ to }) => to.endsWith("photos.example"));
    expect(own).toEqual([
      {
        to: "new@photos.example",
        subject: expect.stringMatching(/^\[Watchpost: alert\] \[error rate .*\] photos$/),
      },
      {
        to: "new@photos.example",
        subject: expect.stringMatching(/^\[Watchpost: recovered\] \[error rate .*\] photos$/),
      },
    ]);
  });

  test("gets even what a worker had leased for the old one a moment before, once, and without a try counted", async () => {
    const mail = await testMail("photos");
    await evaluation.write(mail);
    const { outbox } = evaluation;
    await addressIs("new@photos.example");
    const [leased] = await outbox.leaseDue(1, 60);
    expect(leased).toMatchObject({ id: mail.id, isMisaddressed: true });
    expect(await outbox.readdressMails(20)).toBe(0); // a mail that is being sent is nobody else's
    if (leased) await outbox.release([leased]);
    expect(await outbox.readdressMails(20)).toBe(1);
    expect(await outbox.readdressMails(20)).toBe(0);
    expect(await outbox.leaseDue(5, 60)).toMatchObject([
      { id: mail.id, isMisaddressed: false, recipient: "new@photos.example", attempts: 1 },
    ]);
  });

  test("is refused as any other where nobody can write to it: the mails are held, and seen", async () => {
    await evaluation.write(await testMail("photos"));
    await addressIs("nobody");
    expect(await evaluation.outbox.readdressMails(20)).toBe(1);
    expect(await evaluation.outbox.readdressMails(20)).toBe(0);
    expect(await evaluation.outbox.notReceived(photos())).toMatchObject([
      { state: "held", recipient: "nobody" },
    ]);
    expect(await evaluation.outbox.badAddresses(photos())).toMatchObject([{ reason: NOT_AN_ADDRESS }]);
  });

  test("leaves alone what is over: accepted, failed, put away, or held for longer than a mail is tried", async () => {
    const mails = await Promise.all(Array.from({ length: 4 }, () => testMail("photos")));
    await evaluation.write(...mails);
    const set = (index: number, values: string) =>
      evaluation.query(`UPDATE mail SET ${values} WHERE id = $1`, [mails[index]?.id]);
    await set(0, "state = 'accepted', accepted_at = now()");
    await set(1, "state = 'failed'");
    await set(2, "state = 'held', dismissed_at = now()");
    await set(3, "state = 'held', give_up_at = now() - interval '1 s'");
    await addressIs("new@photos.example");
    expect(await evaluation.outbox.readdressMails(20)).toBe(0);
  });
});
