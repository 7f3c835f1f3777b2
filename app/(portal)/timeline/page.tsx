import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { TimelineScreen } from "@/components/timeline/timeline-screen";
import { EVENT_KINDS } from "@/lib/evaluation/event-kinds";
import { systemClock } from "@/lib/infra/clock";
import { readTimeline } from "@/lib/views/timeline/read-timeline";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

const querySchema = z.strictObject({ kind: z.enum(EVENT_KINDS).optional() });

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Timeline · ${tenant.name}` };
}

async function TimelinePage({ scope }: Granted, { searchParams }: Props) {
  const query = querySchema.safeParse(await searchParams);
  if (!query.success) notFound();
  const view = await readTimeline(scope, systemClock.nowMs());
  return <TimelineScreen initial={view} kind={query.data.kind ?? null} />;
}

export default ownersPage(TimelinePage);
