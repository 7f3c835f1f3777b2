import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { at, fleetWorld, STEP_MINUTES } from "@/testing/fleet-world";
import { shiftClock } from "@/testing/shifted-clock";

// Workers in processes of their own. One is stopped as a VM's pause, a freezer or a suspended machine stops it.

const world = fleetWorld();

/** The real Prometheus, by a clock that the test sets. It can stop the process that asks, just before its last answer. */
async function startFront() {
  let nowMs = 0;
  let asked = 0;
  let stopAt: { question: number; child: ChildProcess; stopped: () => void } | null = null;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = await fetch(`${world.prometheusUrl}${request.url}`, {
      method: request.method,
      headers: { "content-type": request.headers["content-type"] ?? "" },
      body: body === "" ? undefined : body,
    });
    const text = await answer.text();
    asked += 1;
    if (asked === stopAt?.question) {
      stopAt.child.kill("SIGSTOP");
      stopAt.stopped();
    }
    response.writeHead(answer.status, {
      "content-type": "application/json",
      date: new Date(nowMs).toUTCString(),
    });
    response.end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  world.stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setClock: (ms: number) => {
      nowMs = ms;
    },
    asked: () => asked,
    /** Stops the process before the answer to the question of that number, from now on. */
    stopAtQuestion: (count: number, child: ChildProcess) =>
      new Promise<void>((resolve) => {
        stopAt = { question: asked + count, child, stopped: resolve };
      }),
  };
}

/** An evaluator that goes by the database's clock. `work` resolves with what became of a slot. */
async function startWorker(prometheusUrl: string) {
  const child = spawn(process.execPath, ["--import", "tsx", "testing/evaluator-worker.ts"], {
    env: {
      ...process.env,
      CLOCK: "database",
      LOG_LEVEL: "fatal",
      DATABASE_URL: world.evaluation.url,
      PROMETHEUS_URL: prometheusUrl,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  world.stops.push(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  await said.next();
  return {
    child,
    work: async (slotMs: number): Promise<string> => {
      child.stdin.write(`${slotMs}\n`);
      return (await said.next()).value;
    },
  };
}

const everything = async () =>
  Promise.all(
    ["cycle ORDER BY id", "judgement ORDER BY 1, 2, 3", "episode ORDER BY id", "mail ORDER BY seq"].map(
      (table) => world.evaluation.query(`SELECT * FROM ${table}`),
    ),
  );

describe("a worker that stands still after it asked Prometheus", () => {
  test.each([
    ["for two slots of which another worker judged the last", 31, true],
    ["until another worker has mailed the recovery to the owner", 50, true],
    ["for a day, with the platform's only worker", 24 * 60, false],
  ])(
    "%s gives its slot up: no cycle is deleted, nothing is judged, nobody is mailed",
    async (_, untilMinute, isBesideAnother) => {
      await begin();
      const setDatabaseClock = await shiftClock(world.evaluation.pool);
      const front = await startFront();
      const setClock = async (minute: number) => {
        front.setClock(at(minute));
        await setDatabaseClock(at(minute) + 500); // a slot that has begun, also where the machine's own clock is set right
      };
      const sleeper = await startWorker(front.url);
      let questions = 0;
      for (let minute = 28; minute < 30; minute += STEP_MINUTES) {
        await setClock(minute);
        questions = front.asked();
        expect(await sleeper.work(at(minute))).toBe("judged");
        questions = front.asked() - questions;
      }
      await setClock(30);
      const stopped = front.stopAtQuestion(questions, sleeper.child);
      const result = sleeper.work(at(30));
      await stopped;
      const other = await startWorker(front.url);
      for (let minute = 30.5; isBesideAnother && minute <= untilMinute; minute += STEP_MINUTES) {
        await setClock(minute);
        expect(await other.work(at(minute))).toBe("judged");
      }
      await setClock(untilMinute + 0.1);
      const before = await everything();
      sleeper.child.kill("SIGCONT");
      expect(await result).toMatch(/^(late|lost)$/);
      expect(await everything()).toEqual(before);
    },
  );
});

const begin = () => world.begin("photos", "tickets");
