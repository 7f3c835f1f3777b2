/** The foot of every page of the portal. */
export function Footer({ platform }: { platform: string }) {
  return (
    <footer className="mx-auto max-w-6xl px-4 pb-8 pt-6 text-sm text-ink-soft sm:px-6">
      <p>Watchpost, the health of what runs on {platform}.</p>
    </footer>
  );
}
