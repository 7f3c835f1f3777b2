import type { Metadata } from "next";
import { AccessibilityScreen } from "@/components/frame/accessibility-screen";
import { accessibilityIssueUrl } from "@/lib/catalogue/issue-links";
import { catalogueStore } from "@/lib/catalogue/store";
import { type Granted, grantedAccess } from "../granted";
import { ownersPage } from "../owners-page";

export async function generateMetadata(): Promise<Metadata> {
  const { tenant } = await grantedAccess();
  return { title: `Accessibility · ${tenant.name}` };
}

async function AccessibilityPage(_: Granted) {
  const { infraRepositoryUrl } = await catalogueStore.readPlatform();
  return <AccessibilityScreen reportUrl={infraRepositoryUrl && accessibilityIssueUrl(infraRepositoryUrl)} />;
}

export default ownersPage(AccessibilityPage);
