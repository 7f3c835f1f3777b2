import { CAPABILITY_IDS, NODE_IDS } from "../platform/characters";
import {
  CAPABILITY_FAULTS,
  FAULT_TEXTS,
  FaultRefused,
  NODE_FAULTS,
  PLATFORM,
  PLATFORM_FAULTS,
  parseFaultChange,
} from "../platform/faults";
import { platformDir, readControlFile } from "../platform/instance";
import { NO_DEMO } from "./running-demo";

const USAGE = `Usage: npm run demo -- fault TARGET FAULT [on|off]
       npm run demo -- fault list`;

/** `npm run demo -- fault`: lists the faults of the running demo, or switches one. @throws Error with a sentence */
export async function fault(words: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const dataDir = platformDir(environment);
  const [target = "", name = "", on] = words;
  const lists = words.length === 1 && target === "list";
  if (!lists && (words.length < 2 || words.length > 3)) throw new FaultRefused(USAGE);
  const change = lists ? null : parseFaultChange({ target, fault: name, on });
  const control = readControlFile(dataDir);
  if (!control) throw new FaultRefused(NO_DEMO);
  if (!change) return listing(await ask(`${control.url}/api/state`, {}));
  const answer = await ask(`${control.url}/api/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: control.url },
    body: JSON.stringify(change),
  });
  return answer.done ?? "";
}

type Answer = {
  done?: string;
  error?: { message: string };
  capabilities?: Record<string, { faults: string[] }>;
  nodes?: Record<string, { faults: string[] }>;
  platform?: { faults: string[] };
};

async function ask(url: string, init: RequestInit): Promise<Answer> {
  let answer: Answer;
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
    answer = (await response.json()) as Answer;
  } catch {
    throw new FaultRefused(
      `The demo's control server at ${new URL(url).origin} doesn't answer. Is the demo running?`,
    );
  }
  if (answer.error) throw new FaultRefused(answer.error.message);
  return answer;
}

function listing(state: Answer): string {
  const listed = (faults: readonly (keyof typeof FAULT_TEXTS)[]) =>
    faults.map((fault) => `  ${fault.padEnd(25)} ${FAULT_TEXTS[fault].effect}`);
  const now = [
    ...CAPABILITY_IDS.map((id) => [id, state.capabilities?.[id]?.faults.join(", ") || "no fault"]),
    ...NODE_IDS.map((id) => [id, state.nodes?.[id]?.faults.join(", ") || "no fault"]),
    [PLATFORM, state.platform?.faults.join(", ") || "no fault"],
  ].map(([target = "", what]) => `  ${target.padEnd(12)} ${what}`);
  return [
    USAGE,
    "",
    "Faults of a capability:",
    ...listed(CAPABILITY_FAULTS),
    "Of a node:",
    ...listed(NODE_FAULTS),
    "Of the platform:",
    ...listed(PLATFORM_FAULTS),
    "",
    "Now:",
    ...now,
  ].join("\n");
}
