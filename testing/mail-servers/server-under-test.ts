import type { RelayScript } from "../relay";
import type { MailServerSetup, RunningMailServer } from "./mail-server";
import { startMailWorld } from "./mail-world";

/** The capabilities of the cases; each has its owner at a domain of its own. */
export const OTHERS = ["tickets", "weather", "maps", "wiki", "chat", "shop", "forum", "games", "music"];
export const PHOTOS_OWNER = "owner@photos.example";
export const LOGIN = { user: "watchpost", password: "right" };

/** A refusal of us that a server can be set up for, which the right login ends. */
export type RefusalOfUs<Change> = {
  because: string;
  change?: Change;
  /** The domain of the return paths; without it, one that the server knows. */
  bounceDomain?: string;
  /** What the operator reads. */
  words: RegExp;
};

/** A mail server, how it is started, and its own words. What follows from them is the same for all: the cases say it. */
export type ServerUnderTest<Change> = {
  name: string;
  /** @param change what a case changes in its configuration beside the setup */
  start(setup: MailServerSetup, change?: Change): Promise<RunningMailServer>;
  refusesUs: readonly RefusalOfUs<Change>[];
  /** Its answer to a wrong password. */
  wrongLogin: RegExp;
  /** Its answer to a recipient that doesn't exist, and whether that proves it (RFC 3463: x.1.1). */
  mistyped: { words: RegExp; isProven: boolean };
  /** The configuration in which it takes mail over TLS only, and its answers without it and where it has none. */
  tls: { change: Change; withoutIt: RegExp; hasNone: RegExp };
  /** Answers to a mail that is too large, by configuration. */
  tooLarge: readonly { and: string; change?: Change; words: RegExp }[];
  /** What its log says of a mail that it put into a mailbox. */
  delivered: RegExp;
  /** What its report says of a mailbox of its own that is full. */
  full: { status: string | null; words: RegExp };
  /** To whom it sends a mail for jürgen@elsewhere.example if that server doesn't offer SMTPUTF8; null: it sends the mail back. */
  rewritten: string | null;
  /** The status that its report of a delay has. */
  delayedStatus: string | null;
  /** What its report on a list's member has, about the list "team@photos.example" and the member "former@elsewhere.example". */
  report: readonly RegExp[];
};

export const ownersOf = (tenants: readonly string[]): string[] => tenants.map((id) => `owner@${id}.example`);

export const withLogin = (url: string, password: string): string =>
  url.replace("smtp://", `smtp://${LOGIN.user}:${password}@`);

/** A mail server beyond the relay at which only owners have mailboxes. */
export const KNOWS_OWNERS_ONLY: RelayScript = {
  rcptTo: (to) => (to.startsWith("owner@") ? null : `550 5.1.1 <${to}>: no such user`),
};

/** Starts what a case needs; the caller stops it by world.stopAll(). */
export async function startCase<Change>(server: ServerUnderTest<Change>) {
  const world = await startMailWorld(["photos", ...OTHERS]);
  return {
    world,
    start: (setup: Partial<MailServerSetup> = {}, change?: Change) => {
      const routes = { "watchpost.example": world.bouncePort, ...setup.routes };
      return world.running(server.start({ mailboxes: [PHOTOS_OWNER], ...setup, routes }, change));
    },
    mailToOthers: () => Promise.all(OTHERS.map((id) => world.mailTo(id, `owner@${id}.example`))),
  };
}

/** What the cases of one server share; a new world for each case. */
export type CaseOf<Change> = Awaited<ReturnType<typeof startCase<Change>>>;
