/** Where a browser keeps what was typed, for as long as its tab is open. It is small: every page can forget it. */
export const DRAFTS_PREFIX = "watchpost.drafts.";
const CHANNEL = "watchpost.signed-out";

/** Nothing that was typed stays in this tab. */
function removeHere(): void {
  try {
    for (const key of Object.keys(window.sessionStorage))
      if (key.startsWith(DRAFTS_PREFIX)) window.sessionStorage.removeItem(key);
  } catch {
    // Where storage is forbidden, nothing could be kept either.
  }
}

/** Who signs out leaves nothing behind, in no tab. A session that ended by itself keeps what was typed. */
export function removeDrafts(): void {
  removeHere();
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** Forgets with another tab that signs out. @returns what ends it */
export function removeDraftsWithOtherTabs(): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = removeHere;
  return () => channel.close();
}
