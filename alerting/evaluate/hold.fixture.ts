import type { Components } from "@/lib/catalogue/components";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import type { Notice } from "@/lib/notices/notice";
import { noticeStore } from "@/lib/notices/store";

// A platform whose ingress fails while capabilities have errors, and the operator's issue about it as the worker has read it.
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const TO_MINUTE = 125;
export const heldAt = (minute: number) => FROM_MS + minute * 60_000;
const within = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= heldAt(fromMinute) && atMs < heldAt(toMinute);
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (within(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});

/** Each ingress with the minutes in which it fails. A test's platform has one of them. */
const INGRESSES = { short: [29, 45], long: [29, 120] } as const;
export type Ingress = keyof typeof INGRESSES;
export const platformOf = (job: Ingress): Components => ({
  windowSeconds: 60,
  components: [{ id: "ingress", name: "Ingress", state: `min(up{job="${job}"})` }],
});
export const capabilities: (Partial<MadeCapability> & { id: string })[] = [
  { id: "photos", ...failing(30, 110) },
  { id: "brief", ...failing(30, 40) },
  { id: "vanishing", ...failing(30, 110), silent: (atMs) => atMs >= heldAt(45) },
  { id: "own", ...failing(30, 110), restarts: [{ atMs: heldAt(29), reason: "OOMKilled", exitCode: 137 }] },
];

/** What Prometheus has scraped of all of it. */
export function samples(): string {
  const up = Object.entries(INGRESSES).flatMap(([job, [fromMinute, toMinute]]) => {
    const lines: string[] = [];
    for (let atMs = FROM_MS; atMs <= heldAt(TO_MINUTE); atMs += 15_000)
      lines.push(`up{job="${job}"} ${within(fromMinute, toMinute)(atMs) ? 0 : 1} ${atMs / 1000}`);
    return lines;
  });
  const all = platformSamples(
    capabilities.map((capability) => ({ fromMs: FROM_MS, toMs: heldAt(TO_MINUTE), ...capability })),
  );
  return all.replace("# EOF\n", `${up.join("\n")}\n# EOF\n`);
}

const REPOSITORY = "https://github.example/acme/infra";
export const heldPlatform = async () => ({ name: "Acme", infraRepositoryUrl: REPOSITORY });

export const incident = (more: Partial<Notice> = {}): Notice => ({
  number: 7,
  kind: "incident",
  url: `${REPOSITORY}/issues/7`,
  title: [{ text: "Ingress fails", names: [] }],
  fields: {},
  deadlineMs: null,
  tenants: "every",
  moved: {},
  counts: null,
  components: ["ingress"],
  openedAtMs: heldAt(29),
  updatedAtMs: heldAt(29),
  closedAtMs: null,
  ...more,
});
/** As the worker reads the repository at that minute; null: GitHub doesn't answer, and what is known stands. */
export async function read(
  { query }: { query(text: string, values?: unknown[]): Promise<unknown> },
  minute: number,
  issues: Notice[] | null,
  known: Notice[] = [incident()],
): Promise<void> {
  await query("UPDATE notice_feed SET next_try_at = now() - interval '1 s'");
  const turn = await noticeStore.claimFeed(REPOSITORY, 300);
  if (!turn) throw new Error("It should be time to ask.");
  const unreachable = { code: "unreachable", message: "GitHub could not be reached." } as const;
  if (issues) await noticeStore.recordFeed(turn, { ok: true, pages: [] }, issues);
  else await noticeStore.recordFeed(turn, { ok: false, failure: unreachable, againInSeconds: 300 }, known);
  if (issues) await query("UPDATE notice_feed SET read_at = $1", [new Date(heldAt(minute))]);
}
