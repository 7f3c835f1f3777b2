import { randomUUID } from "node:crypto";
import type { ReactNode } from "react";
import { CurrentPage } from "@/components/frame/current-page";
import { type Granted, grantedAccess, sessionOf } from "./granted";

/**
 * A page of the portal. Its access is checked anew for each request: the layout isn't rendered again when the browser goes
 * from page to page.
 * @param page renders it for the owner; its first argument is the proof of their access
 */
export function ownersPage<Props>(page: (access: Granted, props: Props) => Promise<ReactNode>) {
  return async (props: Props) => {
    const access = await grantedAccess();
    return (
      <CurrentPage copy={randomUUID()} session={sessionOf(access)}>
        {await page(access, props)}
      </CurrentPage>
    );
  };
}
