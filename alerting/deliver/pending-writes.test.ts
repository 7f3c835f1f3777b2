import { expect, test } from "vitest";
import { createPendingWrites } from "./pending-writes";

/** An outbox that takes down what is written, and fails while `fails` is set. */
function recordingOutbox() {
  const written: string[] = [];
  const outbox = {
    fails: false,
    onWrite: () => {},
    retryTransportNow: async () => note("retry"),
    withdrawBadAddresses: async (recipients: readonly string[]) => {
      note(`withdraw ${recipients.join(" ")}`);
    },
  };
  function note(what: string): number {
    outbox.onWrite();
    if (outbox.fails) throw new Error("The database is away.");
    return written.push(what);
  }
  return { outbox, written };
}

test("nothing is written without a reason, and each reason once", async () => {
  const { outbox, written } = recordingOutbox();
  const writes = createPendingWrites(outbox);
  await writes.write();
  expect(written).toEqual([]);
  writes.retryTransport();
  writes.withdraw("a@b.example");
  writes.withdraw("a@b.example");
  writes.withdraw("c@b.example");
  await writes.write();
  await writes.write();
  expect(written).toEqual(["retry", "withdraw a@b.example c@b.example"]);
});

test("what fails stays pending", async () => {
  const { outbox, written } = recordingOutbox();
  const writes = createPendingWrites(outbox);
  writes.retryTransport();
  writes.withdraw("a@b.example");
  outbox.fails = true;
  await expect(writes.write()).rejects.toThrow("away");
  await expect(writes.write()).rejects.toThrow("away");
  outbox.fails = false;
  await writes.write();
  expect(written).toEqual(["retry", "withdraw a@b.example"]);
});

test("what becomes due during a write, even the same, is written again", async () => {
  const { outbox, written } = recordingOutbox();
  const writes = createPendingWrites(outbox);
  writes.withdraw("a@b.example");
  outbox.onWrite = () => writes.withdraw("a@b.example");
  await writes.write();
  outbox.onWrite = () => {};
  await writes.write();
  expect(written).toEqual(["withdraw a@b.example", "withdraw a@b.example"]);
});
