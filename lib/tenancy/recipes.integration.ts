import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { parse as parseYaml } from "yaml";
import { type IdentityProvider, startIdentityProvider } from "@/demo/identity/shaped-provider";
import { identitySchema, ownersSchema } from "@/lib/catalogue/identity";
import { catalogueStore } from "@/lib/catalogue/store";
import { log } from "@/lib/infra/log";
import { metricsText } from "@/lib/infra/metrics";
import { PORTAL_URL, SignInBrowser, type SignInWorld, startSignInWorld } from "@/testing/sign-in-world";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

type Recipe = { name: string; definition: Record<string, unknown>; claims: Record<string, unknown> };
const recipes = await readRecipes();
const claimNames = [...new Set([...recipes.flatMap(({ claims }) => Object.keys(claims)), "_claim_names"])];

/** The recipes as the operator reads them. */
async function readRecipes(): Promise<Recipe[]> {
  const text = await readFile("docs/sign-in.md", "utf8");
  const found = text.matchAll(/^### (.+)\n[^#]*?```yaml\n([^`]*)```\n```json\n([^`]*)```/gm);
  return [...found].map(([, name = "", definition = "", claims = ""]) => ({
    name,
    definition: parseYaml(definition),
    claims: JSON.parse(claims),
  }));
}

let world: SignInWorld;
const providers: Record<"token" | "userinfo", IdentityProvider> = {} as never;
let browser: SignInBrowser;

beforeAll(async () => {
  world = await startSignInWorld();
  const claims = { openid: ["sub"], profile: ["name", ...claimNames.filter((name) => name !== "sub")] };
  const algorithms = ["ES256", "RS256"];
  providers.token = await startIdentityProvider(PORTAL_URL, { claims, algorithms });
  providers.userinfo = await startIdentityProvider(PORTAL_URL, {
    claims,
    algorithms,
    claimsAtUserinfo: true,
  });
});
afterAll(async () => {
  await Promise.all(Object.values(providers).map((provider) => provider.stop()));
  await world.stop();
});
beforeEach(async () => {
  browser = new SignInBrowser(world);
  await define({});
});

async function define({ claims = [], owners = [] }: Record<string, unknown>): Promise<void> {
  await world.sql.query(
    "INSERT INTO identity_definition (id, document) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET document = $1",
    [JSON.stringify(identitySchema.parse({ claims }))],
  );
  const listed = JSON.stringify(ownersSchema.parse(owners));
  await world.sql.query("UPDATE tenant SET owners = $1 WHERE id = 'photos'", [listed]);
  catalogueStore.clearAppliedCache();
}

async function signInWith(claims: Record<string, unknown>, at: IdentityProvider = providers.token) {
  at.person = { sub: "somebody", ...claims };
  browser = new SignInBrowser(world);
  await browser.signInAs("whoever", at.settings(world.settings));
  return browser.see();
}

test("there is a recipe for each of the providers that installations have", () => {
  const wanted =
    "Keycloak Entra Okta Auth0 authentik Zitadel Dex GitLab Google Kanidm Authelia Cognito".split(" ");
  for (const name of wanted) expect(recipes.map((recipe) => recipe.name).join()).toContain(name);
});

for (const { name, definition, claims } of recipes) {
  for (const where of ["token", "userinfo"] as const) {
    test(`${name} leads into the capability, with its claims in the ${where}`, async () => {
      await define(definition);
      expect(await signInWith(claims, providers[where])).toMatchObject({
        kind: "granted",
        scope: { tenantId: "photos" },
      });
    });
  }
}

test("the one capability among two hundred groups is found, and what a session can't hold is said", async () => {
  await define({ claims: [{ claim: "groups" }] });
  const groups = Array.from({ length: 200 }, (_, index) => (index === 54 ? "photos" : `group-${index}`));
  expect(await signInWith({ groups })).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });

  const many = Array.from({ length: 53 }, (_, index) => `many-${index}`);
  await world.sql.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     SELECT id, id, 'a@example.org', 'UTC', 'live', '{}' FROM unnest($1::text[]) AS id`,
    [many],
  );
  const warned = vi.spyOn(log, "warn");
  const access = await signInWith({ groups: many });
  expect(access.kind === "choose" && access.tenants.length).toBe(50);
  expect(warned).toHaveBeenCalledWith(
    expect.objectContaining({ event: "capabilities-cut", cut: 3 }),
    expect.any(String),
  );
  warned.mockRestore();
});

const SECRET_VALUE = "secret-of-the-directory";
test.each<[string, Record<string, unknown>, object]>([
  ["claim-absent", {}, { form: "absent", values: 0 }],
  ["claim-form", { groups: { [SECRET_VALUE]: 1 } }, { form: "object", values: 0 }],
  ["claim-empty", { groups: [] }, { form: "list", values: 0 }],
  ["claim-unmatched", { groups: [SECRET_VALUE, "x"] }, { form: "list", values: 2, matched: 0 }],
  ["claim-unknown", { groups: [`own-${SECRET_VALUE}`] }, { form: "list", values: 1, matched: 1 }],
  ["claim-elsewhere", { _claim_names: { groups: "src1" } }, { form: "absent" }],
  ["email-unverified", { email: "pia@photos.example" }, { form: "absent" }],
])("%s is said to the owner, logged without a value and counted apart", async (fault, claims, finding) => {
  await define({ claims: [{ claim: "groups", prefix: "own-" }], owners: [{ email: "pia@photos.example" }] });
  const count = async (result: string) => {
    const text = await metricsText({ process: "web", isDatabaseReachable: async () => true });
    return Number(new RegExp(`^watchpost_sign_ins_total{result="${result}"} (\\d+)$`, "m").exec(text)?.[1]);
  };
  const before = [await count(fault), await count("ok")];
  const warned = vi.spyOn(log, "warn");
  const access = await signInWith(claims);
  if (access.kind !== "refused") throw new Error("Access was given.");
  expect(access.signIn?.fault).toBe(fault);
  expect([await count(fault), await count("ok")]).toEqual([(before[0] ?? 0) + 1, before[1]]);
  const reference = access.signIn?.reference;
  const findings = [expect.objectContaining({ claim: "groups", ...finding })];
  const line = { event: "sign-in-without-capability", fault, reference, findings };
  expect(warned).toHaveBeenCalledWith(expect.objectContaining(line), expect.any(String));
  expect(JSON.stringify(warned.mock.calls)).not.toContain(SECRET_VALUE);
  warned.mockRestore();
});

test("a map that another version wrote, and this one can't read, lets nobody in", async () => {
  await world.sql.query(
    `UPDATE identity_definition SET document = '{"claims": [{"claim": "tenant", "newer": 1}]}'`,
  );
  catalogueStore.clearAppliedCache();
  const { goesTo } = await browser.begin(providers.token.settings(world.settings));
  expect(goesTo).toBe("/sign-in?error=failed");
});

test("an owner is called by the address that the provider verified, and otherwise by the subject, too", async () => {
  await define({ owners: [{ subject: "s-1" }] });
  const labelOf = async (claims: Record<string, unknown>) => {
    const access = await signInWith({ sub: "s-1", ...claims });
    return access.kind === "granted" ? access.owner.label : access.kind;
  };
  expect(await labelOf({ email: "boss@acme.example", email_verified: true })).toBe("boss@acme.example");
  expect(await labelOf({ email: "boss@acme.example" })).toBe("boss@acme.example, not verified (s-1)");
  expect(await labelOf({ name: "The\u0000 Boss" })).toBe("The Boss (s-1)");
  expect(await labelOf({})).toBe("s-1");
});
