/**
 * The address of a new "modify my capability" issue on the operator's repository, filled in as far as the portal knows.
 * @param infraRepositoryUrl the repository's web address, with or without a slash at its end
 */
export function modifyIssueUrl(infraRepositoryUrl: string, tenant: { id: string; name: string }): string {
  const url = new URL(`${infraRepositoryUrl.replace(/\/+$/, "")}/issues/new`);
  url.searchParams.set("template", "modify-my-capability.yml");
  url.searchParams.set("title", `Modify my capability: ${tenant.name} (${tenant.id})`);
  return url.href;
}

/** The address of a new "migrate my data" issue, as `modifyIssueUrl`. */
export function migrateIssueUrl(infraRepositoryUrl: string, tenant: { id: string; name: string }): string {
  const url = new URL(`${infraRepositoryUrl.replace(/\/+$/, "")}/issues/new`);
  url.searchParams.set("template", "migrate-my-data.yml");
  url.searchParams.set("title", `Migrate my data: ${tenant.name} (${tenant.id})`);
  return url.href;
}

/** The address of a new issue about something that a reader or their tool can't use. */
export function accessibilityIssueUrl(infraRepositoryUrl: string): string {
  const url = new URL(`${infraRepositoryUrl.replace(/\/+$/, "")}/issues/new`);
  url.searchParams.set("title", "Watchpost: accessibility");
  return url.href;
}

/**
 * The address of a new issue on the operator's repository that says: the platform looks at fault to me. Filled in with what the
 * portal knows, for the owner to add to.
 * @param seen what the page said when the owner doubted it, one line each
 */
export function suspectIssueUrl(
  infraRepositoryUrl: string,
  tenant: { id: string; name: string },
  seen: readonly string[] = [],
): string {
  const url = new URL(`${infraRepositoryUrl.replace(/\/+$/, "")}/issues/new`);
  url.searchParams.set("title", `Platform suspected: ${tenant.name} (${tenant.id})`);
  url.searchParams.set(
    "body",
    [
      "### Tenant",
      "",
      tenant.id,
      "",
      "### What Watchpost shows",
      "",
      ...seen,
      "",
      "### What I see",
      "",
      "",
    ].join("\n"),
  );
  return url.href;
}
