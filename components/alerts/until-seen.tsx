"use client";

import { type ReactNode, useState } from "react";
import { smallButton } from "@/components/ui/button";
import { PollError } from "@/components/ui/get-json";

/**
 * Missed mails with the button that puts them away for good.
 * @param children the mails, which the server renders: their words are no script of the page
 */
export function UntilSeen({
  ids,
  title,
  children,
}: {
  ids: readonly string[];
  title: string;
  children: ReactNode;
}) {
  const [gone, setGone] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (gone) return null;
  const dismiss = async () => {
    try {
      // Few ever press it: it comes with the press.
      const { postJson } = await import("@/components/ui/post-json");
      await postJson("/api/alerts/missed", "done", { dismiss: ids });
      setGone(true);
    } catch (error) {
      setProblem(error instanceof PollError ? error.message : "That did not work. Try again.");
    }
  };
  return (
    <section
      aria-labelledby="missed"
      data-missed={ids.length}
      className="rounded-2xl border border-l-4 border-bad bg-surface p-4 shadow-card sm:p-5"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="missed" className="text-base font-semibold tracking-tight">
          {title}
        </h2>
        <button type="button" onClick={dismiss} className={smallButton}>
          I have seen this
        </button>
      </div>
      <p role="alert" className="text-sm text-bad">
        {problem}
      </p>
      {children}
    </section>
  );
}
