import type { Metadata } from "next";
import { NoticesScreen } from "@/components/notices/notices-screen";
import { suspectIssueUrl } from "@/lib/catalogue/issue-links";
import { systemClock } from "@/lib/infra/clock";
import { readNotices } from "@/lib/views/notices/read-notices";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Notices · ${tenant.name}` };
}

async function NoticesPage({ scope, tenant }: Granted) {
  const view = await readNotices(scope, systemClock.nowMs());
  const suspectUrl = view.source === "none" ? null : suspectIssueUrl(view.repositoryUrl, tenant);
  return <NoticesScreen view={view} suspectUrl={suspectUrl} />;
}

export default ownersPage(NoticesPage);
