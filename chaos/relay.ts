import { createHash } from "node:crypto";
import { readReturnPath, returnPathKey } from "@/lib/delivery/smtp/return-path";
import { freePort } from "../server/free-port";
import { startTestRelay, type TestRelay } from "../testing/relay";
import type { TakenCopy } from "./evidence";

const FULL = "452 4.3.1 Insufficient system storage";

/** A real SMTP server that keeps what it took, also beyond its own end. */
export type ChaosRelay = {
  port: number;
  copies: readonly TakenCopy[];
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It has no space for further mails, or has it again. */
  setFull(isFull: boolean): void;
  end(): Promise<void>;
};

/**
 * @param secret by which the senders' addresses are signed
 * @param domain of the senders' addresses
 */
export async function startChaosRelay(secret: string, domain: string): Promise<ChaosRelay> {
  const key = returnPathKey(secret);
  const copies: TakenCopy[] = [];
  const port = await freePort();
  let isFull = false;
  let server: TestRelay | null = null;
  const kill = async () => {
    await server?.stop();
    server = null;
  };
  const start = async () => {
    server ??= await startTestRelay({
      port,
      mailFrom: () => (isFull ? FULL : null),
      // Called when it has the mail, before the reply: so its end may come between the two.
      dropAfterTaking: ({ from, to, raw }) => {
        const digest = createHash("sha256").update(raw).digest("hex");
        copies.push({ mailId: readReturnPath(from, key, domain), to, digest, atMs: Date.now() });
        return false;
      },
    });
  };
  await start();
  return {
    port,
    copies,
    kill,
    start,
    setFull: (full) => {
      isFull = full;
    },
    end: kill,
  };
}
