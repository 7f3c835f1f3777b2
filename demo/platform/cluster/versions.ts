/** The next patch version: 1.4.2 → 1.4.3. */
export function nextVersion(version: string): string {
  return version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
}
