import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readDefinitions } from "@/lib/definitions/read-definitions";
import { CHAOS_LINES } from "./plan";
import { startChaosPlatform, writeChaosDefinitions } from "./platform";

const CAPABILITY = "capability-1";

test("the product takes the definitions of a run, and Prometheus answers their queries with what was set", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "watchpost-chaos-"));
  const definitionsFolder = path.join(folder, "definitions");
  await writeChaosDefinitions(definitionsFolder, [CAPABILITY]);
  const read = await readDefinitions(definitionsFolder, { tenantLabel: "tenant" });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const platform = await startChaosPlatform(path.join(folder, "platform"), [CAPABILITY]);
  try {
    const askedValue = async (query: string) => {
      const url = new URL(`http://127.0.0.1:${platform.port}/api/v1/query`);
      url.searchParams.set("query", query.replaceAll("$tenant", "tenant"));
      const answer = await fetch(url).then(
        (response) => response.json(),
        () => null,
      );
      const [, value] = answer?.data?.result?.[0]?.value ?? [];
      return value === undefined ? null : Number(value);
    };
    const { bundle } = read.definitions;
    for (const key of CHAOS_LINES) {
      const [signal, id] = key.split("/");
      const line = Object.entries(bundle?.signals ?? {})
        .find(([name]) => name === signal)?.[1]
        .lines.find((each) => each.id === id);
      const values = new Set(
        platform.truth.filter((change) => change.line === key).map(({ value }) => value),
      );
      await expect.poll(() => askedValue(line?.query ?? "")).toBe([...values][0]);
      platform.setBreaching(CAPABILITY, key, true);
      await expect.poll(() => askedValue(line?.query ?? "")).toBe(platform.truth.at(-1)?.value);
    }
    expect(platform.scrapesAtMs.length).toBeGreaterThan(1);
  } finally {
    await platform.end();
    await rm(folder, { recursive: true, force: true });
  }
});
