import { redirect } from "next/navigation";
import { type Access, currentAccess } from "@/lib/tenancy/session";

const WHERE_TO = { "signed-out": "/sign-in", choose: "/choose", refused: "/no-access" } as const;

/**
 * The access of a signed-in owner, or a redirect to the page that says what to do. Every page of the portal calls it, not
 * only the layout: a layout isn't rendered again when the browser goes from page to page.
 */
export async function grantedAccess(): Promise<Extract<Access, { kind: "granted" }>> {
  const access = await currentAccess();
  if (access.kind === "granted") return access;
  redirect(WHERE_TO[access.kind]);
}
