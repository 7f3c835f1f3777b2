import { spawn } from "node:child_process";
import { chmod, chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@/server/free-port";
import type { MailServerFiles } from "@/setup/mail-servers.mjs";
import type { CleanUp } from "./clean-up";
import { startLoginService } from "./login-service";
import {
  domainsOf,
  type MailServerSetup,
  makeFolders,
  type RunningMailServer,
  runMailServer,
  type StartedProgram,
} from "./mail-server";

/** Users and groups that every Debian has: Postfix wants one for its queue, one for its mailboxes, and a group that neither is in. */
const MAIL = 8;
const DAEMON = 1;
const NOBODY = 65_534;

const QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split(" ");
/** The services that take, pass on, deliver and report mail. None is in a chroot: that would need files of the system. */
const SERVICES = `
cleanup   unix        n - n -     0 cleanup
qmgr      unix        n - n 300   1 qmgr
tlsmgr    unix        - - n 1000? 1 tlsmgr
rewrite   unix        - - n -     - trivial-rewrite
bounce    unix        - - n -     0 bounce
defer     unix        - - n -     0 bounce
trace     unix        - - n -     0 bounce
verify    unix        - - n -     1 verify
proxymap  unix        - - n -     - proxymap
smtp      unix        - - n -     - smtp
error     unix        - - n -     - error
retry     unix        - - n -     - error
discard   unix        - - n -     - discard
virtual   unix        - n n -     - virtual
anvil     unix        - - n -     1 anvil
scache    unix        - - n -     1 scache
postlog   unix-dgram  n - n -     1 postlogd
`;

/** A real Postfix, as its documentation sets up a relay with virtual mailboxes. It needs root, and no more of the system than that. */
export const postfixRunsHere = (): boolean => process.getuid?.() === 0;

/**
 * Starts a Postfix of its own queue and configuration on a free port of 127.0.0.1.
 * @param more settings of main.cf, which count more than the setup's
 * @throws Error with its log when it doesn't begin
 */
export const startPostfix = (
  files: MailServerFiles,
  setup: MailServerSetup,
  more: Record<string, string> = {},
): Promise<RunningMailServer> =>
  runMailServer("watchpost-postfix-", (folder, cleanUp) => startIn(folder, files, setup, more, cleanUp));

async function startIn(
  folder: string,
  files: MailServerFiles,
  setup: MailServerSetup,
  more: Record<string, string>,
  cleanUp: CleanUp,
): Promise<StartedProgram> {
  const port = await freePort();
  await makePostfixFolders(folder);
  await writeFile(join(folder, "config/master.cf"), `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}`);
  const settings = { ...settingsOf(files, folder), ...settingsFor(setup, folder), ...more };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(folder, "config/main.cf"), lines.join(""));
  if (setup.tls) await writeFile(join(folder, "config/tls.pem"), `${setup.tls.key}\n${setup.tls.cert}\n`);
  if (setup.login) {
    const logins = await startLoginService(join(folder, "queue/private/login"), setup.login);
    cleanUp.later(logins.stop);
    await chmod(join(folder, "queue/private/login"), 0o666);
  }
  const child = spawn(
    join(files.folder, "usr/lib/postfix/sbin/master"),
    ["-c", join(folder, "config"), "-s"],
    { env: { ...process.env, LD_LIBRARY_PATH: files.libraries.join(":") }, stdio: "ignore" },
  );
  return { port, child, logFile: "log" };
}

async function makePostfixFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  await makeFolders(folder, ["queue", "queue/pid", "config"]);
  const owned = [...QUEUES.map((name) => `queue/${name}`), "data"];
  for (const made of await makeFolders(folder, owned, 0o700)) await chown(made, MAIL, 0);
  const [maildrop = "", open = ""] = await makeFolders(folder, ["queue/maildrop", "queue/public"]);
  for (const made of [maildrop, open]) await chown(made, MAIL, DAEMON);
  await chmod(maildrop, 0o1730);
  await chmod(open, 0o2710);
  for (const made of await makeFolders(folder, ["mailboxes"])) await chown(made, NOBODY, NOBODY);
}

/** Where its files are, who it runs as, and that it asks nobody outside this machine. */
const settingsOf = (files: MailServerFiles, folder: string): Record<string, string> => ({
  compatibility_level: "3.6",
  queue_directory: join(folder, "queue"),
  data_directory: join(folder, "data"),
  meta_directory: join(folder, "config"),
  daemon_directory: join(files.folder, "usr/lib/postfix/sbin"),
  command_directory: join(files.folder, "usr/sbin"),
  shlib_directory: join(files.folder, "usr/lib/postfix"),
  import_environment: "MAIL_CONFIG LD_LIBRARY_PATH",
  maillog_file: join(folder, "log"),
  maillog_file_prefixes: folder,
  mail_owner: "mail",
  setgid_group: "daemon",
  default_privs: "nobody",
  myhostname: "mx.relay.example",
  mydestination: "",
  inet_interfaces: "127.0.0.1",
  inet_protocols: "ipv4",
  smtp_dns_support_level: "disabled",
  alias_maps: "",
  alias_database: "",
  virtual_mailbox_base: join(folder, "mailboxes"),
  virtual_uid_maps: `static:${NOBODY}`,
  virtual_gid_maps: `static:${NOBODY}`,
  virtual_mailbox_limit: "0",
});

/** A table within main.cf; "static:" finds nothing in it, as an empty inline table is refused. */
const table = (rows: Record<string, string>): string => {
  const pairs = Object.entries(rows).map(([key, value]) => `{ ${key} = ${value} }`);
  return pairs.length === 0 ? "" : `inline:{ ${pairs.join(", ")} }`;
};

function settingsFor(setup: MailServerSetup, folder: string): Record<string, string> {
  const { mailboxes, lists = {}, routes, login, greylist, tls, maxMessageBytes, warnAfterSeconds } = setup;
  // A file has a limit, a maildir has none.
  const boxes = mailboxes.map((address) => [address, setup.mailboxBytes ? address : `${address}/`]);
  const beyond = Object.entries(routes).map(([domain, port]) => [domain, `smtp:[127.0.0.1]:${port}`]);
  const all = Object.entries(lists).map(([address, members]) => [address, members.join(" ")]);
  const policy = greylist === undefined ? "" : `check_policy_service inet:127.0.0.1:${greylist}`;
  return {
    virtual_mailbox_domains: domainsOf(mailboxes).join(" "),
    virtual_mailbox_maps: table(Object.fromEntries(boxes)),
    virtual_alias_maps: table(Object.fromEntries(all)),
    transport_maps: table(Object.fromEntries(beyond)),
    mynetworks: login ? "192.0.2.0/24" : "127.0.0.0/8",
    smtpd_recipient_restrictions: policy,
    ...(setup.mailboxBytes && {
      virtual_mailbox_limit: String(setup.mailboxBytes),
      message_size_limit: String(setup.mailboxBytes),
    }),
    ...(login && {
      smtpd_sasl_auth_enable: "yes",
      smtpd_sasl_type: "dovecot",
      smtpd_sasl_path: "private/login",
      smtpd_relay_restrictions: "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    }),
    ...(tls && { smtpd_tls_chain_files: join(folder, "config/tls.pem"), smtpd_tls_security_level: "may" }),
    ...(setup.hidesSmtpUtf8 && { smtputf8_enable: "no" }),
    ...(maxMessageBytes && { message_size_limit: String(maxMessageBytes) }),
    ...(warnAfterSeconds && {
      delay_warning_time: `${warnAfterSeconds}s`,
      queue_run_delay: "1s",
      minimal_backoff_time: "1s",
      maximal_backoff_time: "2s",
    }),
  };
}
