import { html } from "@/lib/infra/markup";

/**
 * An answer to a form that sends the browser on by itself, with no script.
 *
 * Not a redirect: Chromium holds every redirect after a form against `form-action`, and a provider may itself
 * redirect to a further one whose origin isn't known here. A refresh of zero seconds is a navigation of its
 * own, and replaces this page in the history.
 * @param url where to go; http(s), or a path of this site
 */
export function handOff(
  url: string,
  page: { title: string; sentence: string; status?: number; headers?: HeadersInit },
): Response {
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0;url=${url}">
<title>${page.title} · Watchpost</title>
</head>
<body>
<main>
<p>${page.sentence}</p>
<p><a href="${url}">Continue</a></p>
</main>
</body>
</html>
`;
  const headers = new Headers(page.headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Cache-Control", "no-store");
  return new Response(body.toString(), { status: page.status ?? 200, headers });
}
