/** Whom a page without data concerns. */
export function SignedInAs({ label }: { label: string }) {
  return (
    <p>
      Signed in as <span className="break-all font-medium text-ink">{label}</span>.
    </p>
  );
}
