"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { getJson, otherSession } from "@/components/ui/get-json";
import type { Alerting } from "@/lib/alerting-chain/view";
import type { EvictionView } from "@/lib/eviction/view";

const POLL_MS = 15_000;

/** What every page shows around its own content. */
export type Frame = {
  /** null: no alerts are sent, or none are due by agreement. */
  alerting: Alerting | null;
  /** As the definitions say it now: an eviction may be announced, moved, paused or withdrawn while a page is open. */
  leaving: EvictionView;
};

const FrameContext = createContext<Frame | null>(null);

/** Keeps the frame of every page current, whatever else a page asks. */
export function FrameProvider({
  tenantId,
  initial,
  children,
}: {
  tenantId: string;
  initial: Frame;
  children: ReactNode;
}) {
  const { data } = useQuery({
    queryKey: [tenantId, "frame"],
    queryFn: async ({ signal }): Promise<Frame> => {
      const { body } = await getJson("/api/alerting", signal, "frame");
      if (body.tenant.id !== tenantId) throw otherSession();
      return { alerting: body.alerting, leaving: body.leaving };
    },
    initialData: initial,
    staleTime: POLL_MS / 2,
    refetchInterval: POLL_MS,
  });
  return <FrameContext value={data}>{children}</FrameContext>;
}

/** The frame as it is now. Only below a FrameProvider. */
export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error("The frame is known below a FrameProvider only.");
  return frame;
}
