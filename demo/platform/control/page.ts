import type { ClusterView } from "../cluster/view";
import type { PlatformState } from "./switchboard";

export function controlPage(state: PlatformState, view: ClusterView): { html: string; policy: string } {
  return { html: `<pre>${JSON.stringify({ state, view }, null, 2)}</pre>`, policy: "default-src 'none'" };
}
