"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { PollError } from "@/components/ui/get-json";
import { isSigningOut } from "./signing-out";

/** The pages that say what this browser may see now. */
const WAYS_ON: Partial<Record<PollError["code"], string>> = {
  "signed-out": "/sign-in",
  "other-session": "/",
  refused: "/",
};

/**
 * A page whose session has ended leaves at once: whoever sits there now may not be the one whose values it shows. It takes
 * its place in the history, so that the back button doesn't return to it.
 */
function leaveWhenEnded(error: Error): void {
  const to = error instanceof PollError && WAYS_ON[error.code];
  if (to && !isSigningOut()) window.location.replace(to);
}

/**
 * What the page asks again. One cache per tenant and page load: give it the tenant's id as key, so that another identity
 * never meets the former one's answers.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({ onError: leaveWhenEnded }),
        defaultOptions: {
          queries: {
            // A browser that thinks it is offline fails visibly instead of waiting quietly.
            networkMode: "always",
            refetchOnWindowFocus: "always",
            refetchOnReconnect: "always",
            retry: (count, error) => count < 1 && !(error instanceof PollError && error.ended),
            retryDelay: 1_000,
          },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
