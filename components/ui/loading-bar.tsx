import { createPortal } from "react-dom";

/** Says that a page is on its way. It lies over the page, so that nothing moves, and is seen only where that takes a moment. */
export function LoadingBar() {
  return createPortal(
    <div role="progressbar" aria-label="Loading the page" className="loading-bar" />,
    document.body,
  );
}
