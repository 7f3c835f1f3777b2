import type { DrillBrowser } from "./browser";
import type { Commands } from "./commands";
import type { Mailbox } from "./mailbox";
import type { DrillOwner } from "./owner";
import type { DrillPlan } from "./plan";

/** What the steps work with. */
export type DrillTools = {
  plan: DrillPlan;
  /** The portal's address, without a path. */
  portal: string;
  /** Where everything that the drill keeps goes. */
  folder: string;
  browser: DrillBrowser;
  owner: DrillOwner;
  commands: Commands;
  mailbox: Mailbox;
};
