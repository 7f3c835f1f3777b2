"use client";

import { secondaryButton } from "@/components/ui/button";
import { removeDrafts } from "@/components/ui/remove-drafts";

/** Signs out by a plain form, so that it works without scripts, which alone keep anything in the browser. */
export function SignOutForm() {
  return (
    <form action="/sign-out" method="post" onSubmit={removeDrafts}>
      <button type="submit" className={secondaryButton}>
        Sign out
      </button>
    </form>
  );
}
