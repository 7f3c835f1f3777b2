import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CleanUp, createCleanUp } from "./clean-up";

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 10_000;

/** How a real mail server is set up for a test. Addresses and domains are in lower case. */
export type MailServerSetup = {
  /** The ports of 127.0.0.1 to which it passes the mail of other domains on. */
  routes: Record<string, number>;
  /** The addresses that have a mailbox here. Their domains are local: other addresses of them don't exist. */
  mailboxes: readonly string[];
  /** The members of an address that is a list or an alias. */
  lists?: Record<string, readonly string[]>;
  /** So much fits into a mailbox. Otherwise there is no limit. */
  mailboxBytes?: number;
  /** The one login. Where it is set, nobody else may send beyond the local domains. */
  login?: { user: string; password: string };
  /** The port of a greylist that startGreylist() made. */
  greylist?: number;
  tls?: { key: string; cert: string };
  maxMessageBytes?: number;
  /** It doesn't offer SMTPUTF8. */
  hidesSmtpUtf8?: boolean;
  /** After a try that failed for now, the sender is warned once the mail is so old; tries are a second or two apart. */
  warnAfterSeconds?: number;
};

export type RunningMailServer = {
  port: number;
  url: string;
  /** The mails that it put into a mailbox. */
  mailbox(address: string): Promise<string[]>;
  /** What it logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
};

/** The domains of these addresses, each once. */
export const domainsOf = (addresses: readonly string[]): string[] => [
  ...new Set(addresses.map((address) => address.slice(address.lastIndexOf("@") + 1))),
];

/** The mails of a maildir; none where nothing was ever put there. */
async function readMaildir(folder: string): Promise<string[]> {
  const fresh = join(folder, "new");
  const names = await readdir(fresh).catch(() => []);
  return Promise.all(names.sort().map((name) => readFile(join(fresh, name), "utf8")));
}

/** Makes folders with the owner that a server expects. */
export async function makeFolders(root: string, names: readonly string[], mode = 0o755): Promise<string[]> {
  const folders = names.map((name) => join(root, name));
  for (const folder of folders) await mkdir(folder, { recursive: true, mode });
  return folders;
}

/** A server's program that leads a process group of its own, its port of 127.0.0.1, and the file in its folder that it logs to. */
export type StartedProgram = { port: number; child: ChildProcess; logFile: string };

/**
 * Runs a mail server in a folder for temporary files of its own, and waits until it greets. What a failed start leaves is removed.
 * @param start starts its program; the clean-up ends what else it starts
 * @throws Error with its log when it doesn't begin
 */
export async function runMailServer(
  prefix: string,
  start: (folder: string, cleanUp: CleanUp) => Promise<StartedProgram>,
): Promise<RunningMailServer> {
  const cleanUp = createCleanUp();
  try {
    const folder = await cleanUp.folder(prefix);
    const { port, child, logFile } = await start(folder, cleanUp);
    cleanUp.later(() => endGroup(child));
    const log = () => readFile(join(folder, logFile), "utf8").catch(() => "");
    await untilItGreets(port, child, log);
    return {
      port,
      url: `smtp://127.0.0.1:${port}`,
      mailbox: (address) => readMaildir(join(folder, "mailboxes", address)),
      log,
      stop: cleanUp.run,
    };
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

/** Waits until a server greets on a port. @throws Error with what the server said when it ends before that, or doesn't begin in time */
async function untilItGreets(
  port: number,
  child: ChildProcess,
  complaint: () => Promise<string>,
): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  while (!(await greets(port))) {
    if (failure) throw failure;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() > deadlineMs)
      throw new Error(`The mail server ${hasEnded ? "ended" : "didn't begin"}:\n${await complaint()}`);
    await sleep(50);
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(READY_WITHIN_MS, () => socket.destroy());
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("data", (said) => {
      resolve(said.toString().startsWith("220"));
      socket.end("QUIT\r\n");
    });
  });
}

/** Ends a server that leads a process group of its own, and whatever is left of the group. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(END_WITHIN_MS, undefined, { ref: false })]);
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    return; // Nobody is left.
  }
  // A killed process may still be writing: its folder can't be removed before it has ended.
  const deadlineMs = performance.now() + END_WITHIN_MS;
  while ((await isGroupAlive(pid)) && performance.now() < deadlineMs) await sleep(20);
}

/** Whether a process of the group still runs. One that has ended, and that nobody has asked for its exit code, doesn't. */
export async function isGroupAlive(group: number): Promise<boolean> {
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    // After the command's name, which may hold anything: state, parent, group.
    const [state, , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(of) === group && state !== "Z" && state !== "X") return true;
  }
  return false;
}
