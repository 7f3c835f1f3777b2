"use client";

import { useEffect } from "react";

/**
 * Loads a page outside the portal as a document of its own when the router has led to it: what the document so far remembers of
 * the portal's pages belongs to a session that may have ended.
 */
export function OwnDocument() {
  useEffect(() => {
    const [load] = performance.getEntriesByType("navigation");
    if (load && new URL(load.name).pathname !== window.location.pathname) window.location.reload();
  }, []);
  return null;
}
