import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { EpisodeScreen } from "@/components/alerts/episode-screen";
import { readVerdicts } from "@/lib/attribution/store";
import { systemClock } from "@/lib/clock";
import { readEpisodeView } from "@/lib/episodes/read-episodes";
import type { EpisodeView } from "@/lib/episodes/view";
import type { TenantScope } from "@/lib/tenancy/scope";
import { grantedAccess } from "../../granted";

type Props = { params: Promise<{ episode: string }> };

const episodeView = cache((scope: TenantScope, id: string) => readEpisodeView(scope, id));

/** What isn't this tenant's is the same as what doesn't exist. */
async function episodeOf({ params }: Props, scope: TenantScope): Promise<EpisodeView> {
  const id = z.uuid().safeParse((await params).episode);
  return ((id.success && (await episodeView(scope, id.data))) || null) ?? notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { scope, tenant } = await grantedAccess();
  const { title } = await episodeOf(props, scope);
  return { title: `${title}, alert · ${tenant.name}` };
}

export default async function EpisodePage(props: Props) {
  const { scope, tenant } = await grantedAccess();
  const episode = await episodeOf(props, scope);
  return (
    <EpisodeScreen
      tenantId={tenant.id}
      episode={episode}
      verdicts={await readVerdicts(scope, episode.id)}
      componentIssues={null}
      nowMs={systemClock.nowMs()}
    />
  );
}
