"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import {
  createContext,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
} from "react";
import { aimAtFragment } from "@/components/ui/fragment";
import { LoadingBar } from "@/components/ui/loading-bar";

const FrameSession = createContext<string | null>(null);

/** Gives the pages inside the session that the frame around them was rendered for. */
export function FrameSessionProvider({ session, children }: { session: string; children: ReactNode }) {
  return <FrameSession value={session}>{children}</FrameSession>;
}

/** The copies that were shown and left, with the height that each had. They end with the document. */
const heightsOfLeft = new Map<string, number>();
let shownBefore = false;

/**
 * The content of a page, shown only while it is current and of the frame's own session.
 *
 * The router keeps each page as the server sent it, and shows that very copy when somebody goes back. It may be an hour old, with a
 * green that is none any more: a copy that was left once is not shown again but asked for anew, in a place of its height, so that
 * the scroll position is found again. The frame is not rendered again on the way from page to page: where the session has become
 * another one meanwhile, the whole document is loaded.
 * @param copy a different text each time that the server renders the page
 */
export function CurrentPage({
  copy,
  session,
  children,
}: {
  copy: string;
  session: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const queries = useQueryClient();
  const content = useRef<HTMLDivElement>(null);
  const [, lookAgain] = useReducer((count: number) => count + 1, 0);
  const ofFrame = useContext(FrameSession) === session;
  const heightThen = heightsOfLeft.get(copy);
  const isCurrent = heightThen === undefined;

  useLayoutEffect(() => {
    if (!isCurrent || !ofFrame) return;
    const leave = () => heightsOfLeft.set(copy, content.current?.offsetHeight ?? 0);
    // The browser may bring back a whole document from its own memory.
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return;
      leave();
      lookAgain();
    };
    heightsOfLeft.delete(copy);
    window.addEventListener("pageshow", onPageShow);
    return () => {
      window.removeEventListener("pageshow", onPageShow);
      leave();
    };
  }, [copy, isCurrent, ofFrame]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: done once for each copy
  useEffect(() => {
    if (!ofFrame) window.location.reload();
    else if (!isCurrent) startTransition(() => router.refresh());
    else {
      // What another page asked is older than what the server has rendered of it since.
      queries.removeQueries({ type: "inactive" });
      if (shownBefore) aimAtFragment();
      shownBefore = true;
    }
  }, [copy, isCurrent, ofFrame]);

  if (!ofFrame) return null;
  if (!isCurrent)
    return (
      <div style={{ minHeight: heightThen }} aria-busy>
        <LoadingBar />
      </div>
    );
  return <div ref={content}>{children}</div>;
}
