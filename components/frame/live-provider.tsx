"use client";

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { leaveAtOnce } from "@/components/ui/ask-before-leaving";
import { PollError } from "@/components/ui/get-json";
import { isSigningOut } from "./signing-out";

/** The page that says what this browser may see now. After sign-in it leads back to where the session ended. */
function wayOn(code: PollError["code"]): string | null {
  if (code === "other-session" || code === "refused") return "/";
  if (code !== "signed-out") return null;
  const { pathname, search } = window.location;
  const here = pathname + search;
  return here === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ callbackUrl: here })}`;
}

/**
 * A page whose session has ended leaves at once: the person there now may not be the one whose values it shows. It takes
 * its place in the history, so that the back button doesn't return to it.
 */
function leaveWhenEnded(error: Error): void {
  const to = error instanceof PollError ? wayOn(error.code) : null;
  if (to && !isSigningOut()) leaveAtOnce(to);
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
