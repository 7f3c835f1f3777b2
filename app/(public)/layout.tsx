import type { ReactNode } from "react";

/** The pages that show no data: one calm card in the middle. */
export default function PublicLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <main className="w-full max-w-md rounded-lg border border-neutral-300 p-6 sm:p-8 dark:border-neutral-700">
        {children}
      </main>
    </div>
  );
}
