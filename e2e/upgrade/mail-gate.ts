import { setTimeout as sleep } from "node:timers/promises";

/** No relay keeps a mail for longer, however long the gate stays shut: a worker gives up after a minute. */
const LIMIT_MS = 20_000;

/** While shut, the relay takes its time over each mail, so that they queue. It begins open. */
export type MailGate = {
  set(isShut: boolean): void;
  /** Ends when the gate is open, or after 20 seconds. */
  opened(): Promise<void>;
};

/** A gate of its own. */
export function createMailGate(): MailGate {
  let open = () => {};
  let opened = Promise.resolve();
  return {
    set: (isShut) => {
      open();
      if (isShut)
        opened = new Promise((resolve) => {
          open = resolve;
        });
    },
    opened: () => Promise.race([opened, sleep(LIMIT_MS)]),
  };
}
