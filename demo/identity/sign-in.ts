/** A browser's cookies, as far as a sign-in by HTTP needs them: by name, for one site. */
export class CookieJar {
  readonly held = new Map<string, string>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";", 1);
      const split = pair.indexOf("=");
      const [name, value] = [pair.slice(0, split), pair.slice(split + 1)];
      if (value === "" || /max-age=0(;|$)/i.test(line)) this.held.delete(name);
      else this.held.set(name, value);
    }
  }

  get header(): string {
    return [...this.held].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** As a server's framework reads them. */
  get sent(): { name: string; value: string }[] {
    return [...this.held].map(([name, value]) => ({ name, value: decodeURIComponent(value) }));
  }
}

/**
 * Signs in at the demo's provider as a browser without scripts would.
 * @param authorizeUrl where the portal sent the browser
 * @param portalOrigin where the provider sends it back to
 * @returns the address at the portal that the provider answered with
 */
export async function signInAtProvider(
  authorizeUrl: string,
  portalOrigin: string,
  account: { email: string; password: string },
  jar: CookieJar = new CookieJar(),
): Promise<string> {
  let url = authorizeUrl;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 12; step += 1) {
    const response: Response = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form,
      headers: { cookie: jar.header },
      redirect: "manual",
    });
    jar.take(response);
    const location = response.headers.get("location");
    await response.body?.cancel();
    if (location) {
      url = new URL(location, url).href;
      form = null;
      if (url.startsWith(portalOrigin)) return url;
    } else if (form) {
      throw new Error(`The provider did not accept ${account.email} (${response.status}).`);
    } else {
      form = new URLSearchParams(account);
    }
  }
  throw new Error("The provider kept redirecting.");
}
