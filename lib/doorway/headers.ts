/**
 * The content security policy of one answer.
 *
 * Scripts run by nonce only. Style attributes are allowed and style elements are not: charts place their
 * parts by style attributes, which can't fetch or run anything. In development the toolchain evaluates code
 * and injects style elements.
 * @param nonce fresh for every request, base64
 */
export function contentSecurityPolicy(
  nonce: string,
  options: { https: boolean; development: boolean },
): string {
  const { https, development } = options;
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `style-src-elem 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    ...(https ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}

/** Two years, as preload lists ask for; sub-domains stay the operator's own decision. */
export const STRICT_TRANSPORT = "max-age=63072000";
