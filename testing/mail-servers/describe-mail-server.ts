import { afterEach, beforeEach, describe } from "vitest";
import { describeBounces } from "./cases-of-bounces";
import { describeRefusal } from "./cases-of-refusal";
import { describeSending } from "./cases-of-sending";
import { type CaseOf, type ServerUnderTest, startCase } from "./server-under-test";

/** Every case of a real mail server as the relay. A further server needs its words and its start only. */
export function describeMailServer<Change>(server: ServerUnderTest<Change>): void {
  describe(`through ${server.name}`, () => {
    let current: CaseOf<Change>;
    beforeEach(async () => {
      current = await startCase(server);
    });
    afterEach(() => current.world.stopAll());

    describeSending(server, () => current);
    describe("that refuses us", () => describeRefusal(server, () => current));
    describe("that sends a mail back later", () => describeBounces(server, () => current));
  });
}
