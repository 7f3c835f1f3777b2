import { expect, test } from "vitest";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import type { InFlight } from "./in-flight";
import type { RelayWatch } from "./relay-check";
import { createDeliveryTurn } from "./turn";

const nothingToDo: Partial<Outbox> = {
  refusedBesideOthers: async () => [],
  retryUnderNewSettings: async () => 0,
  bringForward: async () => 0,
  clearProvenAddresses: async () => 0,
  tryHeld: async () => 0,
  readdressMails: async () => 0,
  leaseDue: async () => [],
  leaseProbe: async () => [],
};

/** A turn over these; it needs no more of them. */
function turnOf(parts: {
  outbox?: Partial<Outbox>;
  watch?: Partial<RelayWatch>;
  inFlight?: Partial<InFlight>;
}): () => Promise<void> {
  const outbox: Partial<Outbox> = { ...nothingToDo, ...parts.outbox };
  const watch: Partial<RelayWatch> = {
    settle: async () => {},
    permitted: () => "all",
    checkDue: () => false,
    ...parts.watch,
  };
  const inFlight: Partial<InFlight> = { tries: () => [], size: () => 0, ...parts.inFlight };
  const refusals: Partial<RelayRefusals> = { knowBefore: () => {} };
  return createDeliveryTurn({
    outbox: outbox as Outbox,
    watch: watch as RelayWatch,
    inFlight: inFlight as InFlight,
    refusals: refusals as RelayRefusals,
    relaySettings: "settings",
    clock: { nowMs: () => 0 },
    concurrency: 20,
    leaseSeconds: 90,
    sendTimeoutMs: 60_000,
    addressProofMs: 900_000,
    stopping: new AbortController().signal,
  });
}

test("others' mails leave between the batches of an owner whose many mails get another address", async () => {
  const done: string[] = [];
  const readdressed = [20, 20, 3];
  const turn = turnOf({
    outbox: {
      leaseDue: async () => {
        done.push("look for mails that are due");
        return [];
      },
      readdressMails: async () => {
        done.push("readdress");
        return readdressed.shift() ?? 0;
      },
    },
  });
  await turn();
  const [look, readdress] = ["look for mails that are due", "readdress"];
  expect(done).toEqual([look, readdress, look, readdress, look, readdress]);
});

test("no probe is taken while nothing is due and a try is still in flight: nobody would report its end", async () => {
  const done: string[] = [];
  let working = 1;
  const turn = turnOf({
    watch: {
      permitted: () => "probe",
      probing: () => void done.push("take the probe"),
      check: async () => void done.push("check the relay"),
    },
    inFlight: { size: () => working },
  });
  await turn();
  expect(done).toEqual([]);
  working = 0;
  await turn();
  expect(done).toEqual(["take the probe", "check the relay"]);
});
