"use client";

import Link, { type LinkProps, useLinkStatus } from "next/link";
import { LoadingBar } from "./loading-bar";

/**
 * A link from a page of the portal to another one: the browser stays in the same document, and only the page is asked. Without
 * JavaScript it is a plain link. The page that is left stays until the new one is there, with a bar that says so.
 *
 * It asks for nothing before the click. Every page is rendered for the request that asks for it, so Next could only fetch an
 * empty answer ahead, or the page's data with it, which would then be shown up to five minutes later without asking anybody
 * whether the session still sees it.
 */
export function PageLink<Href>({ children, ...props }: Omit<LinkProps<Href>, "prefetch">) {
  return (
    <Link {...(props as LinkProps<Href>)} prefetch={false}>
      {children}
      <Pending />
    </Link>
  );
}

function Pending() {
  return useLinkStatus().pending && <LoadingBar />;
}
