import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { AlertScreen } from "@/components/alerts/alert-screen";
import { issueLines, issueMarkdown } from "@/components/alerts/pass-on-words";
import { wordsForUsers } from "@/components/alerts/user-words";
import type { AlertView } from "@/lib/alerts/view";
import { attributionStore } from "@/lib/attribution/store";
import { suspectIssueUrl } from "@/lib/catalogue/issue-links";
import { systemClock } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import type { TenantScope } from "@/lib/tenant/scope";
import { readAlertView } from "@/lib/views/alerts/read-alerts";
import { readPassOn } from "@/lib/views/alerts/read-pass-on";
import { readAlertWaiting } from "@/lib/views/alerts/read-waiting";
import { readAlertWorstPart } from "@/lib/views/alerts/read-worst-part";
import { readNotices } from "@/lib/views/notices/read-notices";
import { readAlertTable } from "@/lib/views/series/read-tables";
import { type Granted, grantedAccess } from "../../granted";
import { ownersPage } from "../../owners-page";
import { type AskedParameters, tablesAsked } from "../../tables-asked";

type Props = { params: Promise<{ alert: string }>; searchParams: AskedParameters };

const alertView = cache((scope: TenantScope, id: string) => readAlertView(scope, id));

/** What isn't this tenant's is the same as what doesn't exist. */
async function alertOf({ params }: Props, scope: TenantScope): Promise<AlertView> {
  const id = z.uuid().safeParse((await params).alert);
  return ((id.success && (await alertView(scope, id.data))) || null) ?? notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { scope, tenant } = await grantedAccess();
  const { title } = await alertOf(props, scope);
  return { title: `${title}, alert · ${tenant.name}` };
}

async function AlertPage({ scope, tenant }: Granted, props: Props) {
  const alert = await alertOf(props, scope);
  const nowMs = systemClock.nowMs();
  const isTabled = (await tablesAsked(props.searchParams)) !== null;
  const [verdicts, notices, table, waiting, worstPart, { release, badParts }] = await Promise.all([
    attributionStore.readVerdicts(scope, alert.id),
    readNotices(scope, nowMs),
    isTabled ? readAlertTable(scope, alert, nowMs) : null,
    readAlertWaiting(scope, alert, nowMs),
    readAlertWorstPart(scope, alert),
    readPassOn(scope, alert),
  ]);
  const facts = {
    tenant,
    zone: tenant.timeZone,
    alert,
    verdict: verdicts.at(-1) ?? null,
    url: new URL(`/alerts/${alert.id}`, environment().NEXTAUTH_URL).href,
    nowMs,
  };
  const suspectUrl =
    notices.source === "none" ? null : suspectIssueUrl(notices.repositoryUrl, tenant, issueLines(facts));
  return (
    <AlertScreen
      tenantId={tenant.id}
      alert={alert}
      waiting={waiting}
      worstPart={worstPart}
      verdicts={verdicts}
      operator={{ view: notices, suspectUrl, asOfMs: nowMs }}
      passOn={{
        markdown: issueMarkdown({ ...facts, release, badParts, waiting }),
        forUsers: wordsForUsers(alert, tenant.name, tenant.timeZone),
      }}
      release={release}
      nowMs={nowMs}
      table={table}
    />
  );
}

export default ownersPage(AlertPage);
