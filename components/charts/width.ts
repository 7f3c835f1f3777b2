"use client";

import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** How wide a chart is on paper: A4 and Letter both have room for it beside the page's own edges. `.on-paper` is as wide. */
const PAPER_PX = 600;

/** How wide an element is, in pixels, kept current; null before it is drawn. On paper it is as wide as a chart there. */
export function useWidthPx<E extends HTMLElement>(): [RefObject<E | null>, number | null] {
  const ref = useRef<E>(null);
  const [widthPx, setWidthPx] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidthPx(element.clientWidth);
    // The browser takes the page as it stands once this has run: it waits for no observer.
    const print = () => flushSync(() => setWidthPx(PAPER_PX));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("beforeprint", print);
    window.addEventListener("afterprint", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("beforeprint", print);
      window.removeEventListener("afterprint", measure);
    };
  }, []);
  return [ref, widthPx];
}
