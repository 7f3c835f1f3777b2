import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SignalFacts } from "@/components/health/signal-explained";
import { SignalScreen } from "@/components/health/signal-screen";
import { type Bundle, SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { modifyIssueUrl } from "@/lib/catalogue/issue-links";
import { catalogueStore } from "@/lib/catalogue/store";
import { systemClock } from "@/lib/infra/clock";
import { readBreakdowns } from "@/lib/views/health/read-breakdowns";
import { readHealth } from "@/lib/views/health/read-health";
import { readTables } from "@/lib/views/series/read-tables";
import { type Granted, grantedAccess } from "../../granted";
import { ownersPage } from "../../owners-page";
import { type AskedParameters, tablesAsked } from "../../tables-asked";

type Props = { params: Promise<{ signal: string }>; searchParams: AskedParameters };

async function signalOf({ params }: Props): Promise<SignalId> {
  const { signal } = await params;
  const id = SIGNAL_IDS.find((known) => known === signal);
  return id ?? notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  const [id, bundle] = await Promise.all([signalOf(props), catalogueStore.readBundle()]);
  return { title: `${titleOf(id, bundle)} · ${tenant.name}` };
}

async function SignalPage({ scope, tenant }: Granted, props: Props) {
  const id = await signalOf(props);
  const nowMs = systemClock.nowMs();
  const range = await tablesAsked(props.searchParams);
  const [view, bundle, platform, bySignal] = await Promise.all([
    readHealth(scope, tenant, nowMs),
    catalogueStore.readBundle(),
    catalogueStore.readPlatform(),
    range && readTables(scope, tenant.without, { signals: [id], range, nowMs }),
  ]);
  const breakdowns = bundle ? await readBreakdowns(scope, bundle, view, id) : [];
  return (
    <SignalScreen
      view={view}
      breakdowns={breakdowns}
      renderedAtMs={systemClock.nowMs()}
      signal={{ id, title: titleOf(id, bundle) }}
      tables={range && bySignal && { range, bySignal }}
      facts={bundle && factsOf(bundle, id)}
      modifyUrl={platform.infraRepositoryUrl && modifyIssueUrl(platform.infraRepositoryUrl, tenant)}
    />
  );
}

export default ownersPage(SignalPage);

/** The bundle's title; the id where the definitions have never been applied. */
function titleOf(id: SignalId, bundle: Bundle | null): string {
  return bundle?.signals[id].title ?? id;
}

function factsOf(bundle: Bundle, id: SignalId): SignalFacts {
  const definition = bundle.signals[id];
  return {
    explanation: definition.explanation,
    windowSeconds: definition.windowSeconds,
    staleAfterSeconds: definition.staleAfterSeconds,
    scrapeIntervalSeconds: bundle.scrapeIntervalSeconds,
    minimumRequests: definition.traffic?.minimum ?? null,
    queries: definition.lines.map(({ label, query }) => ({ label, query })),
  };
}
