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
