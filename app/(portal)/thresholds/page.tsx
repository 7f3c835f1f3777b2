import type { Metadata } from "next";
import { ThresholdsScreen } from "@/components/thresholds/thresholds-screen";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { systemClock } from "@/lib/infra/clock";
import { readThresholds } from "@/lib/views/thresholds/read-thresholds";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Thresholds · ${tenant.name}` };
}

async function ThresholdsPage({ scope, tenant }: Granted) {
  const view = await readThresholds(scope, tenant.without);
  if (!view) return <p className="py-16">{WITHOUT_BUNDLE.message}</p>;
  return <ThresholdsScreen initial={view} renderedAtMs={systemClock.nowMs()} />;
}

export default ownersPage(ThresholdsPage);
