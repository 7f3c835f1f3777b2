import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { MigrationScreen } from "@/components/migration/migration-screen";
import { isRunId } from "@/lib/data-migrations/runs";
import { systemClock } from "@/lib/infra/clock";
import { readMigration } from "@/lib/views/data-migration/read-migration";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

const querySchema = z.strictObject({ run: z.string().refine(isRunId).optional() });

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Migration · ${tenant.name}` };
}

async function MigrationPage({ scope, tenant }: Granted, { searchParams }: Props) {
  const query = querySchema.safeParse(await searchParams);
  if (!query.success) notFound();
  const runId = query.data.run ?? null;
  const view = await readMigration(scope, tenant, runId, systemClock.nowMs());
  if (!view) notFound();
  return <MigrationScreen initial={view} runId={runId} />;
}

export default ownersPage(MigrationPage);
