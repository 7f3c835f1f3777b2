import { describe, expect, test } from "vitest";
import { identitySchema } from "@/lib/catalogue/identity";
import { tenantSchema } from "@/lib/catalogue/tenant";
import type { Definitions } from "./read-definitions";
import { whoami } from "./whoami";

const tenant = (id: string, own: object = {}) =>
  tenantSchema.parse({
    ...{ id, name: id, contactAddress: "a@b.example", timeZone: "UTC", state: "live" },
    ...own,
  });
const tenants = [
  tenant("photos", { owners: [{ email: "pia@photos.example" }] }),
  tenant("tickets"),
  tenant("library", { state: "onboarding" }),
];
const said = (claims: object, entries: object[] = []) => {
  const identity = identitySchema.parse({ claims: entries });
  return whoami({ sub: "s", ...claims }, { tenants, identity } as unknown as Definitions, "tenant").join(
    "\n",
  );
};

describe("whoami", () => {
  test("says what a person sees, by OIDC_TENANT_CLAIM where there is no entry", () => {
    expect(said({ tenant: "photos" })).toBe(
      `email: absent, so no list of owners can name it.
claim tenant: it names capabilities (text, 1 values, 1 of them match, 0 no text).
This person sees photos:
  photos is shown.`,
    );
  });

  test("says why somebody sees nothing, and warns of groups without a prefix", () => {
    const text = said({ email: "pia@photos.example", groups: ["x y"] }, [{ claim: "groups" }]);
    expect(text).toContain("email: pia@photos.example, not verified, so it opens nothing.");
    expect(text).toContain("claim groups: none of its values names a capability (list, 1 values");
    expect(text).toContain("Warning: groups lists groups, and any group");
    expect(text).toContain("owners of photos: list this address, but it isn't verified.");
    expect(text).toMatch(/This person sees nothing: no capability is named\.$/);
  });

  test("names capabilities that aren't shown, and why", () => {
    const text = said({
      tenant: ["tickets", "library", "harbour"],
      email: "Pia@photos.example",
      email_verified: true,
    });
    expect(text).toContain("This person chooses one of 2 capabilities:");
    expect(text).toContain("library isn't live yet");
    expect(text).toContain("harbour isn't defined");
  });
});
