/** A link that leaves the portal, marked by an arrow and named as such for screen readers. */
export function ExternalLink({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} rel="noreferrer" className="link inline-flex min-h-6 items-center">
      {children}
      <span aria-hidden="true">{" ↗"}</span>
      <span className="sr-only"> (leaves Watchpost)</span>
    </a>
  );
}
