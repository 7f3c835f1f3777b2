import type { Metadata } from "next";
import { LeavingScreen } from "@/components/leaving/leaving-screen";
import { exportToolOf } from "@/lib/catalogue/eviction";
import { catalogueStore } from "@/lib/catalogue/store";
import { systemClock } from "@/lib/infra/clock";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Export · ${tenant.name}` };
}

async function LeavingPage({ tenant }: Granted) {
  const { exportTool } = await catalogueStore.readPlatform();
  const own = exportToolOf(exportTool, tenant.leaving.exportTool);
  return <LeavingScreen exportTool={own} renderedAtMs={systemClock.nowMs()} />;
}

export default ownersPage(LeavingPage);
