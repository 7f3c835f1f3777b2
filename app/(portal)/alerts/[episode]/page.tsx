import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { EpisodeScreen } from "@/components/alerts/episode-screen";
import type { EpisodeView } from "@/lib/alerts/view";
import { readVerdicts } from "@/lib/attribution/store";
import { suspectIssueUrl } from "@/lib/catalogue/issue-links";
import { systemClock } from "@/lib/infra/clock";
import type { TenantScope } from "@/lib/tenant/scope";
import { readEpisodeView } from "@/lib/views/alerts/read-episodes";
import { readNotices } from "@/lib/views/notices/read-notices";
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
  const nowMs = systemClock.nowMs();
  const [verdicts, notices] = await Promise.all([readVerdicts(scope, episode.id), readNotices(scope, nowMs)]);
  const suspectUrl =
    notices.source === "none"
      ? null
      : suspectIssueUrl(notices.repositoryUrl, tenant, [
          `${episode.title}, since ${new Date(episode.firedAtMs).toISOString()}`,
        ]);
  return (
    <EpisodeScreen
      tenantId={tenant.id}
      episode={episode}
      verdicts={verdicts}
      operator={{ view: notices, suspectUrl, asOfMs: nowMs }}
      nowMs={nowMs}
    />
  );
}
