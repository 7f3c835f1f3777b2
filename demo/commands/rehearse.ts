import { platformDir, readControlFile } from "../platform/instance";
import { parseRehearsal, REHEARSAL_TEXTS, REHEARSALS, RehearsalRefused } from "../rehearsal/rehearsals";
import { NO_DEMO } from "./running-demo";

const USAGE = `Usage: npm run demo -- rehearse RUNBOOK on|off
       npm run demo -- rehearse list`;
const ANSWER_WITHIN_MS = 60_000;

type Answer = { done?: string; error?: { message: string }; rehearsals?: Record<string, string> };

/** `npm run demo -- rehearse`: lists the runbooks, or causes the fault of one in the running demo. @throws Error with a sentence */
export async function rehearse(words: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [runbook = "", on] = words;
  const lists = words.length === 1 && runbook === "list";
  if (!lists && words.length !== 2) throw new RehearsalRefused(USAGE);
  if (!lists) parseRehearsal({ runbook, on });
  const control = readControlFile(platformDir(environment));
  if (!control) throw new RehearsalRefused(NO_DEMO);
  const url = `${control.url}/api/rehearsals`;
  if (lists) return listing((await ask(url, {})).rehearsals ?? {});
  const answer = await ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: control.url },
    body: JSON.stringify({ runbook, on }),
  });
  return answer.done ?? "";
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  let answer: Answer;
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    answer = (await response.json()) as Answer;
  } catch {
    throw new RehearsalRefused(`The demo doesn't answer at ${new URL(url).origin}. Is it still running?`);
  }
  if (answer.error) throw new RehearsalRefused(answer.error.message);
  return answer;
}

function listing(states: Record<string, string>): string {
  const line = (name: string, text: string) => `  ${name.padEnd(26)} ${text}`;
  return [
    USAGE,
    "",
    "What is staged, and the state of the alert now:",
    ...REHEARSALS.map((name) => line(name, `${REHEARSAL_TEXTS[name].staged} (${states[name] ?? "unknown"})`)),
  ].join("\n");
}
