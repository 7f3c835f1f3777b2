"use client";

import type { ReactNode } from "react";
import { useFrame } from "@/components/frame/frame-provider";
import { PageLink } from "@/components/ui/page-link";
import { StatusIcon } from "@/components/ui/status";
import { type EvictionPhase, evictionPhase } from "@/lib/eviction/phase";
import { Countdown } from "./countdown";
import { ExactTime } from "./exact-time";
import { useServerNow } from "./use-server-now";

/** Says on every page that the capability is to leave, or has left, and how long its data can still be exported. */
export function LeavingBanner({ renderedAtMs }: { renderedAtMs: number }) {
  const { eviction, zone } = useFrame().leaving;
  const nowMs = useServerNow(renderedAtMs);
  const phase = evictionPhase(eviction, zone, nowMs);
  if (phase.kind === "live") return null;
  const calm = phase.kind === "announced";
  return (
    <section
      aria-label="Leaving the platform"
      data-leaving={phase.kind}
      className={`mb-4 rounded-2xl border border-l-4 px-4 py-3 sm:px-5 ${
        calm ? "border-line border-l-accent bg-surface" : "border-warn bg-warn-soft"
      }`}
    >
      <div className="flex gap-2.5">
        <span className="mt-0.5">
          <StatusIcon status={calm ? "pending" : "off"} size={18} />
        </span>
        <div className="min-w-0">
          <Words phase={phase} zone={zone} nowMs={nowMs} />
          <p className="mt-1 text-sm">
            <PageLink href="/leaving" className="link inline-flex min-h-6 items-center">
              Export your data<span aria-hidden="true">{" →"}</span>
            </PageLink>
          </p>
        </div>
      </div>
    </section>
  );
}

const Head = ({ children }: { children: ReactNode }) => <p className="font-medium">{children}</p>;
const Rest = ({ children }: { children: ReactNode }) => <p className="mt-0.5 text-sm">{children}</p>;

function Words({
  phase,
  zone,
  nowMs,
}: {
  phase: Exclude<EvictionPhase, { kind: "live" }>;
  zone: string;
  nowMs: number;
}) {
  const since = <ExactTime atMs={phase.notServingFromMs} zone={zone} />;
  switch (phase.kind) {
    case "announced":
      return (
        <>
          <Head>This capability leaves the platform on {since}.</Head>
          <Rest>
            <Countdown leftMs={phase.notServingFromMs - nowMs} label="Until the date" /> until then. It is
            live, and exports may be repeated.
          </Rest>
        </>
      );
    case "read-only":
      return (
        <>
          <Head>Not serving since {since}, by agreement.</Head>
          <Rest>
            The data is read-only. <Countdown leftMs={phase.deletesAtMs - nowMs} label="Left to export" />{" "}
            left to export it, until <ExactTime atMs={phase.deletesAtMs} zone={zone} />.
          </Rest>
        </>
      );
    case "paused":
      return (
        <>
          <Head>Not serving since {since}, by agreement. The countdown is paused.</Head>
          <Rest>
            A fault of the platform stopped it: {phase.reason}{" "}
            <Countdown leftMs={phase.leftMs} label="Left to export" /> are left when it goes on.
          </Rest>
        </>
      );
    case "deleted":
      return (
        <>
          <Head>Not serving since {since}, by agreement. The 30 days are over.</Head>
          <Rest>
            They ended on <ExactTime atMs={phase.deletedAtMs} zone={zone} />. What is left of this capability
            is now deleted, in every tier; with that, sign-in ends.
          </Rest>
        </>
      );
  }
}
