/**
 * Makes the element that the address names by its fragment the document's target, as loading the document would: the router
 * changes the address without it. The history entry keeps its state, without which the router could not come back to it.
 */
export function aimAtFragment(): void {
  const { hash } = window.location;
  if (hash === "") return;
  const { state } = window.history;
  window.location.replace(hash);
  window.history.replaceState(state, "");
}
