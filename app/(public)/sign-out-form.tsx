/** Signs out by a plain form, so that it works without scripts. */
export function SignOutForm({ label = "Sign out" }: { label?: string }) {
  return (
    <form action="/sign-out" method="post" className="mt-6">
      <button
        type="submit"
        className="min-h-11 w-full rounded-md border border-neutral-400 px-4 py-2 font-medium dark:border-neutral-600"
      >
        {label}
      </button>
    </form>
  );
}
