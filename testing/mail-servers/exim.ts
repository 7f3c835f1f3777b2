import { spawn } from "node:child_process";
import { chmod, chown, copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@/server/free-port";
import type { MailServerFiles } from "@/setup/mail-servers.mjs";
import { type EximChanges, writeEximConfiguration } from "./exim-configuration";
import {
  type MailServerSetup,
  makeFolders,
  type RunningMailServer,
  runMailServer,
  type StartedProgram,
} from "./mail-server";

const NOBODY = 65_534;
const LOG = "main.log";

/**
 * Starts an Exim of its own spool and configuration on a free port of 127.0.0.1, without any right: as nobody where the tests run as root.
 * libnss-wrapper names that user as Debian's Exim wants it.
 * @throws Error with its log when it doesn't begin
 */
export const startExim = (
  files: MailServerFiles,
  setup: MailServerSetup,
  changes: EximChanges = {},
): Promise<RunningMailServer> =>
  runMailServer("watchpost-exim-", (folder) => startIn(folder, files, setup, changes));

async function startIn(
  folder: string,
  files: MailServerFiles,
  setup: MailServerSetup,
  changes: EximChanges,
): Promise<StartedProgram> {
  const port = await freePort();
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const folders = [folder, ...(await makeFolders(folder, ["program", "spool", "mailboxes"]))];
  await copyPrograms(files, join(folder, "program"));
  const env = await environmentOf(folder);
  await writeEximConfiguration(folder, setup, changes);
  if (setup.tls) await writeFile(join(folder, "tls.pem"), `${setup.tls.key}\n${setup.tls.cert}\n`);
  await chmod(folder, 0o755);
  if (asRoot) for (const made of folders) await chown(made, NOBODY, NOBODY);
  const queueRuns = setup.warnAfterSeconds === undefined ? [] : ["-q1s"];
  const child = spawn(
    join(folder, "program/exim4"),
    ["-C", join(folder, "config"), "-bdf", "-oX", `127.0.0.1.${port}`, ...queueRuns],
    { ...user, env, stdio: "ignore", detached: true, cwd: folder },
  );
  return { port, child, logFile: LOG };
}

/** The program and its libraries, where nobody may read them whatever the repository's folder allows. */
async function copyPrograms(files: MailServerFiles, to: string): Promise<void> {
  await copyFile(join(files.folder, "usr/sbin/exim4"), join(to, "exim4"));
  await chmod(join(to, "exim4"), 0o755);
  for (const library of files.libraries)
    for (const name of await readdir(library))
      if (name.includes(".so")) await copyFile(join(library, name), join(to, name));
}

/** Debian's Exim looks up the user that its package creates. */
async function environmentOf(folder: string): Promise<NodeJS.ProcessEnv> {
  const [uid, gid] = process.getuid?.() === 0 ? [NOBODY, NOBODY] : [process.getuid?.(), process.getgid?.()];
  await writeFile(join(folder, "passwd"), `root:x:0:0::/:\nDebian-exim:x:${uid}:${gid}::/:\n`);
  await writeFile(join(folder, "group"), `root:x:0:\nDebian-exim:x:${gid}:\n`);
  return {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, "program"),
    LD_PRELOAD: join(folder, "program/libnss_wrapper.so"),
    NSS_WRAPPER_PASSWD: join(folder, "passwd"),
    NSS_WRAPPER_GROUP: join(folder, "group"),
  };
}
