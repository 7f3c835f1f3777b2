import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identitySchema } from "@/lib/catalogue/identity";
import { catalogueStore } from "@/lib/catalogue/store";
import { accessOf } from "@/lib/tenancy/session";
import type { SignInSettings } from "@/lib/tenancy/settings";
import { isDebian } from "@/setup/debian.mjs";
import { provideIdentityServer } from "@/setup/identity-server.mjs";
import { ageSession } from "../session-age";
import { PORTAL_URL, SignInBrowser, type SignInWorld, startSignInWorld } from "../sign-in-world";
import { type Glewlwyd, startGlewlwyd } from "./glewlwyd";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FETCH_WITHIN_MS = 240_000;

const folder = await provideIdentityServer(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS));

test(folder ? "Glewlwyd is tried." : "Glewlwyd can't be had here: it needs Debian.", async () => {
  expect(folder !== null).toBe(await isDebian());
});

if (folder)
  describe("at a provider that others made", () => {
    let world: SignInWorld;
    let glewlwyd: Glewlwyd;
    let settings: SignInSettings;
    const pia = { username: "pia", password: "pia's password", groups: ["staff", "capability-photos"] };
    const tom = { username: "tom", password: "tom's password", groups: ["staff"] };

    beforeAll(async () => {
      world = await startSignInWorld();
      glewlwyd = await startGlewlwyd(folder, PORTAL_URL, [pia, tom]);
      settings = {
        ...world.settings,
        issuer: glewlwyd.issuer,
        ...glewlwyd.client,
        scopes: "openid",
      };
      const map = identitySchema.parse({ claims: [{ claim: "groups", prefix: "capability-" }] });
      await world.sql.query("INSERT INTO identity_definition (id, document) VALUES (1, $1)", [
        JSON.stringify(map),
      ]);
      catalogueStore.clearAppliedCache();
    });
    afterAll(async () => {
      await glewlwyd?.stop();
      await world?.stop();
    });

    async function signIn(person: typeof pia) {
      const browser = new SignInBrowser(world);
      const { goesTo } = await browser.begin(settings);
      const response = await browser.finish(await glewlwyd.answerOf(goesTo, person), settings);
      expect(response.headers.get("location")).toBe("/");
      return async (minutes: number) => {
        await ageSession(world.sql, minutes, settings.secret);
        return accessOf(browser.jar.sent, settings, Date.now());
      };
    }

    test("an owner signs in by a group with a prefix, and their session follows the directory", async () => {
      const see = await signIn(pia);
      expect(await see(0)).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
      expect(await see(11)).toMatchObject({ kind: "granted" });
      expect(await see(22)).toMatchObject({ kind: "granted" });
      const { rows } = await world.sql.query(
        "SELECT expires_at - started_at = interval '12 hours' AS long, provider_tokens IS NOT NULL AS kept FROM session",
      );
      expect(rows).toEqual([{ long: true, kept: true }]);

      await glewlwyd.setPerson("pia", { groups: ["staff"] });
      expect(await see(33)).toEqual({ kind: "signed-out" });
      await glewlwyd.setPerson("pia", { groups: pia.groups });
      expect(await see(34)).toEqual({ kind: "signed-out" });
    });

    test("an account that is disabled there is signed out here", async () => {
      const see = await signIn(pia);
      await glewlwyd.setPerson("pia", { enabled: false });
      expect(await see(11)).toEqual({ kind: "signed-out" });
      await glewlwyd.setPerson("pia", { enabled: true });
    });

    test("somebody without the group sees nothing, and reads why", async () => {
      const see = await signIn(tom);
      expect(await see(0)).toMatchObject({ kind: "refused", signIn: { fault: "claim-unmatched" } });
    });
  });
