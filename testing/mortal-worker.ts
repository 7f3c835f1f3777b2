import type { Outbox } from "../lib/delivery/store";

/** What ends a worker: it dies before the body is sent, it dies after the relay took the mail, or it freezes then. */
export type WorkerExit = "lives" | "dies-before-data" | "dies-after-250" | "freezes-after-250";

/** The outbox of a worker that dies or freezes: from then on it writes nothing to the database, or writes later. */
export function createMortalWorker(outbox: Outbox, exit: WorkerExit) {
  let ended = false;
  let thaw = () => {};
  let frozen: Promise<void> | null = null;
  const gate = async () => {
    if (ended) throw new Error("The worker has died.");
    await frozen;
  };
  const mortal = Object.fromEntries(
    Object.entries(outbox).map(([name, call]) => [
      name,
      async (...values: unknown[]) => {
        if (name === "accept" && exit === "dies-after-250") ended = true;
        if (name === "accept" && exit === "freezes-after-250")
          frozen ??= new Promise((resolve) => {
            thaw = resolve;
          });
        await gate();
        return (call as (...values: unknown[]) => unknown)(...values);
      },
    ]),
  ) as Outbox;
  const die = () => {
    ended = true;
  };
  return { outbox: mortal, die, isFrozen: () => frozen !== null, isDead: () => ended, thaw: () => thaw() };
}
