/** A portal's settings but for the database, none of them the example's. Nothing listens where they point. */
const SETTINGS = {
  PROMETHEUS_URL: "http://127.0.0.1:9",
  OIDC_ISSUER: "http://127.0.0.1:9",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: "only for this test",
  NEXTAUTH_URL: "http://127.0.0.1:9",
  NEXTAUTH_SECRET: "kR7#vQ2!mZ9@pL4$wX8%tB3^nJ6&yH1*",
};

/** Gives this process the environment of a portal. @param own what the test has started, or looks at */
export function setPortalEnvironment(own: Partial<typeof SETTINGS> & { DATABASE_URL?: string } = {}): void {
  Object.assign(process.env, SETTINGS, own);
}
