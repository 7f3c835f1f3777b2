import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { ASKED_PATH } from "@/lib/doorway/asked-path";
import { safePath } from "@/lib/doorway/safe-path";
import { type Access, currentAccess } from "@/lib/tenancy/session";

const WHERE_TO = { choose: "/choose", refused: "/no-access" } as const;

export type Granted = Extract<Access, { kind: "granted" }>;

/** The access of a signed-in owner, or a redirect to the page that says what to do; sign-in leads back here. */
export async function grantedAccess(): Promise<Granted> {
  const access = await currentAccess();
  if (access.kind === "granted") return access;
  if (access.kind !== "signed-out") redirect(WHERE_TO[access.kind]);
  const asked = safePath((await headers()).get(ASKED_PATH));
  redirect(asked === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ callbackUrl: asked })}`);
}

/** Whose pages these are: the same for every session in which the portal looks the same. */
export const sessionOf = ({ tenant, owner }: Granted): string => `${tenant.id} ${owner.label}`;
