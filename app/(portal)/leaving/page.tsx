import type { Metadata } from "next";
import { LeavingScreen } from "@/components/leaving/leaving-screen";
import { systemClock } from "@/lib/clock";
import { readPlatform } from "@/lib/definitions/store";
import { leavingView } from "@/lib/leaving/view";
import { grantedAccess } from "../granted";

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Export and leaving · ${tenant.name}` };
}

export default async function LeavingPage() {
  const { tenant } = await grantedAccess();
  const { exportTool } = await readPlatform();
  return <LeavingScreen view={leavingView(tenant, exportTool, systemClock.nowMs())} />;
}
