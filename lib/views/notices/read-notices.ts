import { cache } from "react";
import { catalogueStore } from "@/lib/catalogue/store";
import { noticeStore } from "@/lib/notices/store";
import { byPressure, type NoticesView, noticeFor } from "@/lib/notices/view";
import type { TenantScope } from "@/lib/tenant/scope";

/** Turns that the worker may miss before its list is called old. */
const LATE_INTERVALS = 3;

/**
 * The operator's notices that concern the scope's tenant, as the worker last read them. GitHub isn't asked. Once per request,
 * however many parts of a page show them.
 * @throws where the database can't be asked
 */
export const readNotices = cache(async (scope: TenantScope, nowMs: number): Promise<NoticesView> => {
  const { infraRepositoryUrl: repositoryUrl } = await catalogueStore.readPlatform();
  if (repositoryUrl === null) return { source: "none" };
  const [feed, notices] = await Promise.all([noticeStore.readFeed(), noticeStore.readNoticesOf(scope)]);
  if (feed?.repository !== repositoryUrl) return { source: "unread", repositoryUrl, failure: null };
  const { readAtMs, failure, intervalSeconds } = feed;
  if (readAtMs === null) return { source: "unread", repositoryUrl, failure };
  const late = nowMs - readAtMs > LATE_INTERVALS * intervalSeconds * 1000;
  const views = notices.flatMap((notice) => noticeFor(notice, scope.tenantId, nowMs) ?? []).sort(byPressure);
  return {
    source: "known",
    repositoryUrl,
    asOfMs: readAtMs,
    stale: failure?.message ?? (late ? "Nobody has asked for a newer one since." : null),
    open: views.filter(({ closedAtMs }) => closedAtMs === null),
    closed: views.filter(({ closedAtMs }) => closedAtMs !== null),
  };
});
