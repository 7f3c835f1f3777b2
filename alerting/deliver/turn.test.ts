import { expect, test } from "vitest";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import type { InFlight } from "./in-flight";
import type { RelayWatch } from "./relay-check";
import { createDeliveryTurn } from "./turn";

test("others' mails leave between the batches of an owner whose many mails get another address", async () => {
  const done: string[] = [];
  const readdressed = [20, 20, 3];
  const outbox: Partial<Outbox> = {
    refusedBesideOthers: async () => [],
    retryUnderNewSettings: async () => 0,
    bringForward: async () => 0,
    clearProvenAddresses: async () => 0,
    tryHeld: async () => 0,
    leaseDue: async () => {
      done.push("look for mails that are due");
      return [];
    },
    readdressMails: async () => {
      done.push("readdress");
      return readdressed.shift() ?? 0;
    },
  };
  const watch: Partial<RelayWatch> = {
    settle: async () => {},
    permitted: () => "all",
    checkDue: () => false,
  };
  const inFlight: Partial<InFlight> = { tries: () => [], size: () => 0 };
  const refusals: Partial<RelayRefusals> = { knowBefore: () => {} };
  const turn = createDeliveryTurn({
    // It needs no more of them.
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
  await turn();
  const [look, readdress] = ["look for mails that are due", "readdress"];
  expect(done).toEqual([look, readdress, look, readdress, look, readdress]);
});
