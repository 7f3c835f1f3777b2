import { secondaryButton } from "@/components/ui/button";

/** Signs out by a plain form, so that it works without scripts. */
export function SignOutForm() {
  return (
    <form action="/sign-out" method="post">
      <button type="submit" className={secondaryButton}>
        Sign out
      </button>
    </form>
  );
}
