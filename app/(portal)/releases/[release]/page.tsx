import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { ReleaseScreen } from "@/components/releases/release-screen";
import { versionsInWords } from "@/components/releases/release-words";
import { Failed } from "@/components/ui/failed";
import { systemClock } from "@/lib/infra/clock";
import { readRelease } from "@/lib/views/releases/read-release";
import type { FoundRelease } from "@/lib/views/releases/release";
import { type Granted, grantedAccess } from "../../granted";
import { ownersPage } from "../../owners-page";

type Props = { params: Promise<{ release: string }> };

/** Whole seconds since the epoch, within this century. */
const secondsSchema = z.string().regex(/^[1-9]\d{8,9}$/);

const releaseRead = cache((access: Granted, atSeconds: number) =>
  readRelease(access.scope, access.tenant, atSeconds, systemClock.nowMs()),
);

/** What isn't this tenant's is the same as what doesn't exist. */
async function releaseOf(
  { params }: Props,
  access: Granted,
): Promise<Exclude<FoundRelease, { kind: "none" }>> {
  const atSeconds = secondsSchema.safeParse((await params).release);
  const found = atSeconds.success ? await releaseRead(access, Number(atSeconds.data)) : null;
  return found && found.kind !== "none" ? found : notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const access = await grantedAccess();
  const found = await releaseOf(props, access);
  const title = found.kind === "found" ? `Release ${versionsInWords(found.view.release)}` : "Release";
  return { title: `${title} · ${access.tenant.name}` };
}

async function ReleasePage(access: Granted, props: Props) {
  const found = await releaseOf(props, access);
  if (found.kind === "found") return <ReleaseScreen view={found.view} />;
  return (
    <>
      <h1 className="mb-4 text-2xl font-semibold tracking-tight">Release</h1>
      <Failed what="The release" reason={`${found.message} Reload the page to ask again.`} />
    </>
  );
}

export default ownersPage(ReleasePage);
