/** Longer than any address of this site. It goes into cookies, twice, and into the answers that set them. */
export const MAX_RETURN_PATH_LENGTH = 512;

const ANYWHERE = "http://watchpost.invalid";

/**
 * Where to go after sign-in: a path of this site, or the start page.
 *
 * The browser's own URL parser decides, because it drops tabs and takes a backslash for a slash, which is how
 * "/\evil.example" would leave the site. Sign-in's own pages and the API are no place to land on.
 * One that is too long is shortened to its page, without what was chosen there.
 * @param wanted a path, or a URL of this site's origin
 * @param origin this site's origin; without it only paths count
 */
export function safePath(wanted: string | null | undefined, origin: string = ANYWHERE): string {
  if (!wanted || !URL.canParse(wanted, origin)) return "/";
  const url = new URL(wanted, origin);
  if (url.origin !== origin) return "/";
  if (/^\/(api|sign-in|sign-out|signed-out|no-access|choose)(\/|$)/.test(url.pathname)) return "/";
  const path = [url.pathname + url.search, url.pathname].find(
    (each) => each.length <= MAX_RETURN_PATH_LENGTH,
  );
  return path === undefined || path.startsWith("//") ? "/" : path;
}
