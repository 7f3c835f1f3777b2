"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { PollError } from "../ui/get-json";

/**
 * What the page asks again. One cache per tenant and page load: give it the tenant's id as key, so that another identity
 * never meets the former one's answers.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
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
