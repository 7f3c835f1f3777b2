/** What a provider says of a person. */
export type Claims = Record<string, unknown>;

/**
 * The claims of an id token and of userinfo. Where both have one, the id token's counts. An address counts as
 * verified only by an answer that has this very address: never by the other's flag. The provider's session
 * (sid) is a claim of the id token alone (OpenID Connect Back-Channel Logout 1.0, section 2.1).
 */
export function mergedClaims(signed: Claims, more: Claims): Claims {
  const { sid: _, ...unsigned } = more;
  const both = joined(withoutFlag(signed), withoutFlag(unsigned));
  const vouching = [signed, more].filter(({ email }) => email !== undefined && email === both.email);
  const flag = vouching.map(({ email_verified }) => email_verified).find((each) => each !== undefined);
  return flag === undefined ? both : { ...both, email_verified: flag };
}

const withoutFlag = ({ email_verified: _, ...others }: Claims): Claims => others;

/**
 * Objects are joined name by name: Keycloak may send the roles of one client in the token, and of another at
 * userinfo.
 */
function joined(signed: Claims, more: Claims): Claims {
  const both = { ...more, ...signed };
  for (const [name, value] of Object.entries(signed)) {
    const other = more[name];
    if (isObject(value) && isObject(other)) both[name] = joined(value, other);
  }
  return both;
}

const isObject = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value);
