import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { domainsOf, type MailServerSetup } from "./mail-server";

/** What the tests change in Exim's configuration beside the setup. */
export type EximChanges = {
  /** Statements of the main section. */
  main?: readonly string[];
  /** Statements of the ACL for RCPT TO, before all others. */
  rcptTo?: readonly string[];
};

/** Writes Exim's configuration, as its specification describes a relay with mailboxes of its own, and the tables that it looks into. */
export async function writeEximConfiguration(
  folder: string,
  setup: MailServerSetup,
  changes: EximChanges,
): Promise<void> {
  const boxes = setup.mailboxes.map((address) => `${address}: ${join(folder, "mailboxes", address)}\n`);
  const lists = Object.entries(setup.lists ?? {}).map(
    ([address, members]) => `${address}: ${members.join(", ")}\n`,
  );
  await writeFile(join(folder, "mailboxes.table"), boxes.join(""));
  await writeFile(join(folder, "lists.table"), lists.join(""));
  const sections = [
    mainSection(setup, changes, folder),
    aclSection(setup, changes),
    routersSection(setup, folder),
    transportsSection(setup),
    // No retry of a full mailbox, and one a second of anything else.
    "begin retry\n* quota\n* * F,4d,1s",
    authenticatorsSection(setup),
  ];
  await writeFile(join(folder, "config"), `${sections.join("\n")}\n`);
}

function mainSection(setup: MailServerSetup, changes: EximChanges, folder: string): string {
  const { tls, maxMessageBytes, warnAfterSeconds, mailboxes, lists = {} } = setup;
  return [
    `exim_path = ${join(folder, "program/exim4")}`,
    `spool_directory = ${join(folder, "spool")}`,
    `log_file_path = ${join(folder, "%s.log")}`,
    "keep_environment = PATH:LD_LIBRARY_PATH:LD_PRELOAD:NSS_WRAPPER_PASSWD:NSS_WRAPPER_GROUP",
    "primary_hostname = mx.relay.example",
    `domainlist local_domains = ${domainsOf([...mailboxes, ...Object.keys(lists)]).join(" : ")}`,
    "deliver_drop_privilege = true",
    "host_lookup =",
    "acl_smtp_rcpt = check_recipient",
    "dsn_advertise_hosts = *",
    `smtputf8_advertise_hosts = ${setup.hidesSmtpUtf8 ? "" : "*"}`,
    tls ? `tls_certificate = ${join(folder, "tls.pem")}` : "",
    `tls_advertise_hosts = ${tls ? "*" : ""}`,
    maxMessageBytes ? `message_size_limit = ${maxMessageBytes}` : "",
    // Its default warns of no mail that a program wrote, whatever NOTIFY asks for.
    ...(warnAfterSeconds ? [`delay_warning = ${warnAfterSeconds}s`, "delay_warning_condition = yes"] : []),
    ...(changes.main ?? []),
  ].join("\n");
}

/** A recipient is verified, and a client that has not logged in may not send beyond the local domains. */
function aclSection({ greylist, login }: MailServerSetup, changes: EximChanges): string {
  const asked = `\${readsocket{inet:127.0.0.1:${greylist}}{sender=$sender_address\\nrecipient=$local_part@$domain\\n\\n}{10s}}`;
  return [
    "begin acl",
    "check_recipient:",
    ...(changes.rcptTo ?? []),
    ...(login
      ? ["deny message = relay not permitted", "  domains = !+local_domains", "  !authenticated = *"]
      : []),
    "require verify = recipient",
    ...(greylist === undefined
      ? []
      : [
          "defer message = Greylisted, try again in 5 minutes",
          `  condition = \${if match{${asked}}{defer}}`,
        ]),
    "accept",
  ].join("\n");
}

function routersSection({ routes }: MailServerSetup, folder: string): string {
  const beyond = Object.entries(routes).map(([domain, port]) => `${domain} 127.0.0.1::${port}`);
  return `begin routers
lists:
  driver = redirect
  domains = +local_domains
  data = \${lookup{$local_part@$domain}lsearch{${join(folder, "lists.table")}}}
mailboxes:
  driver = accept
  domains = +local_domains
  address_data = \${lookup{$local_part@$domain}lsearch{${join(folder, "mailboxes.table")}}{$value}fail}
  transport = mailboxes
beyond:
  driver = manualroute
  domains = !+local_domains
  route_list = ${beyond.join(" ; ")}
  self = send
  transport = beyond`;
}

function transportsSection({ mailboxBytes }: MailServerSetup): string {
  return `begin transports
mailboxes:
  driver = appendfile
  directory = $address_data
  maildir_format
  ${mailboxBytes ? `quota = ${mailboxBytes}` : ""}
beyond:
  driver = smtp
  allow_localhost`;
}

function authenticatorsSection({ login }: MailServerSetup): string {
  if (!login) return "";
  return `begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${login.user}}}{eq{$auth3}{${login.password}}}}}
  server_set_id = $auth2`;
}
