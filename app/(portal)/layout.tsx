import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { AlertingBanner } from "@/components/frame/alerting-banner";
import { FrameSessionProvider } from "@/components/frame/current-page";
import { Footer } from "@/components/frame/footer";
import { FrameProvider } from "@/components/frame/frame-provider";
import { Header } from "@/components/frame/header";
import { LiveProvider } from "@/components/frame/live-provider";
import { LeavingBanner } from "@/components/leaving/leaving-banner";
import { ZoneProvider } from "@/components/ui/zone";
import { BOUND_ZONE_COOKIE, ZONE_COOKIE, zoneOfCookie } from "@/components/ui/zone-cookie";
import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { catalogueStore } from "@/lib/catalogue/store";
import { isServing } from "@/lib/eviction/phase";
import { leavingView } from "@/lib/eviction/view";
import { systemClock } from "@/lib/infra/clock";
import { readHasMigrations } from "@/lib/views/data-migration/read-has-migrations";
import { grantedAccess, sessionOf } from "./granted";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const access = await grantedAccess();
  const { scope, tenant, owner } = access;
  const [platform, { alerting }, isMigrating] = await Promise.all([
    catalogueStore.readPlatform(),
    readAlerting(scope, tenant.without),
    readHasMigrations(scope),
  ]);
  const sent = await cookies();
  const zone = zoneOfCookie((sent.get(BOUND_ZONE_COOKIE) ?? sent.get(ZONE_COOKIE))?.value);
  const nowMs = systemClock.nowMs();
  const frame = {
    alerting: isServing(tenant.leaving, tenant.timeZone, nowMs) ? alerting : null,
    leaving: leavingView(tenant),
  };
  return (
    <ZoneProvider tenantZone={tenant.timeZone} shownBefore={zone}>
      <Header capability={tenant.name} owner={owner.label} hasMigrations={isMigrating} />
      <main id="main" tabIndex={-1} className="mx-auto page-width px-4 py-3 outline-none sm:px-6 sm:py-5">
        <LiveProvider key={tenant.id}>
          <FrameProvider tenantId={tenant.id} initial={frame}>
            <LeavingBanner renderedAtMs={nowMs} />
            <AlertingBanner />
            <FrameSessionProvider session={sessionOf(access)}>{children}</FrameSessionProvider>
          </FrameProvider>
        </LiveProvider>
      </main>
      <Footer platform={platform.name} />
    </ZoneProvider>
  );
}
