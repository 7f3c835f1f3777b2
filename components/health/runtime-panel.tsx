import type { ReactNode } from "react";
import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import { releasePath } from "@/lib/releases/address";
import type { Runtime } from "@/lib/views/health/view";
import { formatAge } from "@/lib/wording/format";
import { waitingList } from "@/lib/wording/waiting-words";
import { replicaWords } from "./runtime-words";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="mt-0.5 break-words font-medium leading-snug">{children}</dd>
    </div>
  );
}

const unknown = <span className="font-normal text-ink-soft">not known</span>;

/**
 * What runs now: version, replicas, last deployment, rolling out or not. Values that can't be taken for the present are faded,
 * with the reason and the time that they are of.
 */
export function RuntimePanel({
  runtime,
  faded,
  asOfMs,
  capability,
  capabilityUrl,
}: {
  runtime: Runtime;
  faded: boolean;
  asOfMs: number;
  capability: string;
  capabilityUrl: string | null;
}) {
  const { versions, replicas, lastDeployment, rollingOut, lastKnown, waiting, waitingTotal } = runtime;
  return (
    <section aria-label="What runs now" className="flex flex-wrap items-end gap-x-6 gap-y-2 px-1 sm:px-2">
      <dl
        className={`grid grow grid-cols-2 gap-x-6 gap-y-3 sm:flex sm:flex-wrap sm:gap-x-10 ${faded || lastKnown ? "text-ink-soft" : ""}`}
      >
        <Fact name="Version">{versions && versions.length > 0 ? versions.join(", ") : unknown}</Fact>
        <Fact name="Replicas">{(replicas && replicaWords(replicas)) ?? unknown}</Fact>
        <Fact name="Rollout">{rollingOut === null ? unknown : rollingOut ? "in progress" : "none"}</Fact>
        {waiting && <Fact name="Waiting">{waitingList(waiting, waitingTotal)}</Fact>}
        <Fact name="Last deployment">
          {lastDeployment ? (
            <>
              {lastDeployment.version}
              <span className="font-normal text-ink-soft">
                {", "}
                {formatAge(asOfMs - lastDeployment.atMs)}
                {", "}
                <Time atMs={lastDeployment.atMs} style="day-clock" withZone />
              </span>{" "}
              <PageLink
                href={releasePath(lastDeployment.atMs)}
                className="link inline-flex min-h-6 items-center text-sm font-normal"
              >
                How has it been since?
              </PageLink>
            </>
          ) : (
            unknown
          )}
        </Fact>
      </dl>
      {lastKnown && (
        <p className="order-last w-full text-xs text-ink-soft">
          {lastKnown.asOfMs !== null && (
            <>
              As of <Time atMs={lastKnown.asOfMs} style="clock-seconds" withZone />:{" "}
            </>
          )}
          {lastKnown.reason.message}
        </p>
      )}
      {capabilityUrl && <ExternalLink href={capabilityUrl}>{`Open ${capability}`}</ExternalLink>}
    </section>
  );
}
