import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { ASKED_PATH } from "@/lib/doorway/asked-path";
import { safePath } from "@/lib/doorway/safe-path";
import { type Access, currentAccess } from "@/lib/tenancy/session";

const WHERE_TO = { choose: "/choose", refused: "/no-access" } as const;

/**
 * The access of a signed-in owner, or a redirect to the page that says what to do; sign-in leads back here. Every page of
 * the portal calls it, not only the layout: a layout isn't rendered again when the browser goes from page to page.
 */
export async function grantedAccess(): Promise<Extract<Access, { kind: "granted" }>> {
  const access = await currentAccess();
  if (access.kind === "granted") return access;
  if (access.kind !== "signed-out") redirect(WHERE_TO[access.kind]);
  const asked = safePath((await headers()).get(ASKED_PATH));
  redirect(asked === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ callbackUrl: asked })}`);
}
