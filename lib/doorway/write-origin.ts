const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request may change something: only one that this site's own pages sent.
 *
 * Browsers send Origin with every write. Where a proxy strips it, Sec-Fetch-Site says the same and can't be
 * set by a page.
 * @param portalOrigin the origin of NEXTAUTH_URL; the Host header is not asked, since it is the sender's word
 */
export function mayWrite(
  request: { method: string; origin: string | null; fetchSite: string | null },
  portalOrigin: string,
): boolean {
  if (READS.has(request.method)) return true;
  if (request.origin !== null) return request.origin === portalOrigin;
  return request.fetchSite === "same-origin";
}
