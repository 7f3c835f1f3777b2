/** How far the conversation with the server had come. report: a delivery report, whose phase isn't known. */
export const REFUSAL_PHASES = ["connect", "login", "mail-from", "rcpt-to", "data", "report"] as const;
/**
 * connect: DNS, TCP, TLS and greeting. login: EHLO, STARTTLS and AUTH. data: from DATA to the reply to the final dot.
 */
export type RefusalPhase = (typeof REFUSAL_PHASES)[number];

/**
 * connection: the relay can't be reached or used at the moment. relay: it refuses us, for any recipient.
 * recipient: it refuses this recipient. message: it refuses this content. unknown: there is no evidence.
 */
export type Whose = "connection" | "relay" | "recipient" | "message" | "unknown";

/** proven: it is enough to call an address bad. likely: one piece of evidence supports it. none: the reply's class at most. */
export type Proof = "proven" | "likely" | "none";

/** Whether a refusal lasts; "class": as the first digit of the code says. */
type Lasting = "class" | "no";

/** What one enhanced status code proves. Codes are subject.detail; "7.500-7.513" is a range of details, "6" a whole subject. */
export type CodeRow = {
  codes: readonly string[];
  means: string;
  whose: Whose;
  lasting: Lasting;
  proof: Proof;
  /** protocol: words about the recipient count more. firm: no words count more. */
  weight?: "protocol" | "firm";
  source: string;
};

/**
 * By enhanced status code. Codes of Exchange Online and Gmail stand here because they use free numbers of the registry.
 * Where two rows fit, the one with the longer code counts.
 */
export const CODE_ROWS: readonly CodeRow[] = [
  row("1.1", "no such mailbox", "recipient", "proven", "RFC 3463 §3.2"),
  row("1.2", "no such mail domain", "recipient", "proven", "RFC 3463 §3.2"),
  row("1.3", "address malformed", "recipient", "proven", "RFC 3463 §3.2"),
  row("1.6", "mailbox has moved", "recipient", "proven", "RFC 3463 §3.2"),
  row("1.10", "recipient's domain takes no mail", "recipient", "proven", "RFC 7505"),
  row("1.0", "an address, of whom isn't said", "unknown", "none", "RFC 3463 §3.2"),
  row("1.4", "address ambiguous", "recipient", "likely", "RFC 3463 §3.2"),
  row("1.5", "address valid", "unknown", "none", "RFC 3463 §3.2"),
  row("1.7 1.8", "sender's address or domain", "relay", "likely", "RFC 3463 §3.2"),
  row("1.9", "relayed to an old mailer", "unknown", "none", "RFC 3886"),
  row("1.90", "daily limit of the sender", "relay", "likely", "Exchange Online", "no"),
  row("2", "mailbox, of which more isn't said", "recipient", "likely", "RFC 3463 §3.3"),
  row("2.2", "mailbox full", "recipient", "likely", "RFC 3463 §3.3", "no"),
  row("2.3", "message too long for the mailbox", "message", "likely", "RFC 3463 §3.3"),
  row("2.252", "may not send as this sender", "relay", "likely", "Exchange Online"),
  row("3", "the mail system", "unknown", "none", "RFC 3463 §3.4"),
  row("3.1", "mail system full", "unknown", "none", "RFC 3463 §3.4", "no"),
  row("3.4", "message too big", "message", "likely", "RFC 3463 §3.4"),
  row("4", "network or routing", "unknown", "none", "RFC 3463 §3.5"),
  row("4.4", "no route to the domain", "recipient", "likely", "RFC 3463 §3.5"),
  row("4.5", "congestion; Gmail: daily limit", "relay", "likely", "RFC 3463 §3.5, Gmail", "no"),
  row("4.6", "loop on the way", "recipient", "likely", "RFC 3463 §3.5"),
  row("4.14", "loop on the way", "recipient", "likely", "Exchange Online"),
  row("4.310", "no such mail domain in DNS", "recipient", "likely", "Exchange Online"),
  row("5", "the protocol", "relay", "likely", "RFC 3463 §3.6", "class", "protocol"),
  row("5.3", "too many recipients", "unknown", "none", "RFC 3463 §3.6", "no"),
  row("6", "the content", "message", "likely", "RFC 3463 §3.7"),
  row("6.7 6.9", "address outside ASCII", "recipient", "likely", "RFC 6531"),
  row("7", "security or policy", "unknown", "none", "RFC 3463 §3.8"),
  row("7.2", "list takes no mail of this sender", "recipient", "likely", "RFC 3463 §3.8"),
  row("7.7", "content's integrity", "message", "likely", "RFC 3463 §3.8"),
  row("7.8 7.9 7.11-7.14", "login", "relay", "likely", "RFC 4954 §6, RFC 5248"),
  row("7.10", "encryption needed", "relay", "likely", "RFC 5248"),
  row("7.16", "message too big for its priority", "message", "likely", "RFC 6710"),
  row("7.17 7.18 7.19", "mailbox or domain has a new owner", "recipient", "likely", "RFC 7293"),
  row("7.20 7.21 7.22", "DKIM of the sender", "relay", "likely", "RFC 7372 §3.1"),
  row("7.23 7.24", "SPF of the sender", "relay", "likely", "RFC 7372 §3.2"),
  row("7.25", "reverse DNS of the sender", "relay", "likely", "RFC 7372 §3.3"),
  row("7.26", "several checks of the sender", "relay", "likely", "RFC 7372 §3.4"),
  row("7.27", "sender's domain takes no mail", "relay", "likely", "RFC 7505"),
  row("7.28", "flood of mail", "relay", "likely", "registry", "no"),
  row("7.29", "ARC of the sender", "relay", "likely", "RFC 8617"),
  row("7.57 7.60 7.64", "login, send-as or tenant", "relay", "likely", "Exchange Online", "class", "firm"),
  row(
    "7.124 7.133 7.134 7.136",
    "takes known senders only",
    "recipient",
    "likely",
    "Exchange Online",
    "class",
    "firm",
  ),
  row("7.135 7.139", "login", "relay", "likely", "Exchange Online"),
  row("7.232 7.233", "daily limit of the sender", "relay", "likely", "Exchange Online", "no"),
  row("7.500-7.515", "sender or address banned", "relay", "likely", "Exchange Online"),
  row("7.606-7.651", "IP address banned", "relay", "likely", "Exchange Online"),
  row("7.700-7.750", "tenant banned or over its limit", "relay", "likely", "Exchange Online"),
];

function row(
  codes: string,
  means: string,
  whose: Whose,
  proof: Proof,
  source: string,
  lasting: Lasting = "class",
  weight?: CodeRow["weight"],
): CodeRow {
  return { codes: codes.split(" "), means, whose, lasting, proof, source, ...(weight && { weight }) };
}

/** What a reply code proves where no enhanced code says more (none, x.0.0, or one that only names a subject). */
export type ReplyRow = Omit<CodeRow, "codes"> & {
  replies: readonly number[];
  phases: readonly RefusalPhase[];
};

const OF_A_RECIPIENT = ["rcpt-to", "data", "report"] as const;

export const REPLY_ROWS: readonly ReplyRow[] = [
  bare([530, 534, 535, 538], OF_A_RECIPIENT, "login required", "relay", "likely", "RFC 4954 §6"),
  bare([556], OF_A_RECIPIENT, "recipient's domain takes no mail", "recipient", "proven", "RFC 7504 §4"),
  bare([521], OF_A_RECIPIENT, "recipient's host takes no mail", "recipient", "likely", "RFC 7504 §3"),
  bare([450], ["rcpt-to", "report"], "mailbox busy", "recipient", "likely", "RFC 5321 §4.2.2"),
  bare([552], ["rcpt-to", "report"], "mailbox full", "recipient", "likely", "RFC 5321 §4.2.2", "no"),
  bare(
    [455, 500, 501, 502, 503, 504, 555],
    OF_A_RECIPIENT,
    "the protocol",
    "relay",
    "likely",
    "RFC 5321 §4.2.2",
    "class",
    "protocol",
  ),
];

function bare(
  replies: readonly number[],
  phases: readonly RefusalPhase[],
  means: string,
  whose: Whose,
  proof: Proof,
  source: string,
  lasting: Lasting = "class",
  weight?: CodeRow["weight"],
): ReplyRow {
  return { replies, phases, means, whose, lasting, proof, source, ...(weight && { weight }) };
}

/** What words may say. They never prove a bad address: they only take a proof away, or say whom a code without subject means. */
export type Topic =
  | "later"
  | "our-limit"
  | "us"
  | "relaying"
  | "system"
  | "full"
  | "quota"
  | "recipient"
  | "content";
export type WordRow = { topic: Topic; phrases: readonly string[]; source: string };

/**
 * In the order in which they count: "Sender address rejected: user unknown" is about us. Phrases are whole words in lower case,
 * compared with the text without its addresses and punctuation.
 */
export const WORD_ROWS: readonly WordRow[] = [
  said(
    "later",
    "greylist · greylisted · greylisting · graylist · graylisted · graylisting",
    "postgrey, milter-greylist",
  ),
  said("later", "receiving mail at a rate · receiving mail too quickly", "Gmail"),
  said(
    "our-limit",
    "sending limit · sending quota · relay limit · daily limit · email quota",
    "Gmail, Exchange Online",
  ),
  said("our-limit", "throttling · sending rate exceeded · message quota", "SES"),
  said("our-limit", "submission quota · sender thread limit · concurrent connections limit", "Exchange"),
  said(
    "our-limit",
    "too much mail · too many connections · too many concurrent · too many messages",
    "Postfix, Exim",
  ),
  said("our-limit", "rate limit allowed · rate limit exceeded · rate limited", "Outlook.com, Proofpoint"),
  said("our-limit", "unexpected volume · user complaints", "Yahoo"),
  said(
    "our-limit",
    "throttled · frequency limited · emails per hour · failures per hour",
    "Comcast, QQ, cPanel",
  ),
  said("our-limit", "rejection quota exceeded · sender quota · auth quota", "policyd, Zimbra"),
  said("our-limit", "messaging limits · maximum credits", "SendGrid"),
  said("us", "client host · helo command · sender address · cannot find your", "Postfix"),
  said("us", "sender verify · verification failed for · callback setup failed · invalid helo", "Exim"),
  said(
    "us",
    "sender rejected · sender denied · sender not allowed · invalid sender · bad sender",
    "Exim, Exchange",
  ),
  said(
    "us",
    "sender domain · domain of sender · envelope sender · mail from · badmailfrom",
    "Sendmail, qmail",
  ),
  said(
    "us",
    "send as · sendasdenied · not owned by · permissions to send · outbound sender",
    "Exchange, Postfix",
  ),
  said(
    "us",
    "not allowed to send · not authorized to send · address is not verified · identities failed",
    "SES",
  ),
  said("us", "sending suspended · sending paused · is not authorized to perform", "SES"),
  said(
    "us",
    "spf · dkim · dmarc · unauthenticated · reverse dns · ptr record · reverse dns record",
    "Gmail, RFC 7372",
  ),
  said("us", "verified sender · anti spoofing policy · account outbounds disabled", "SendGrid, Mimecast"),
  said("relaying", "address blacklisted", "SES"),
  said(
    "us",
    "blocked using · blocklist · block list · blacklist · blacklisted · blocklisted · denylist",
    "Postfix, Exim",
  ),
  said(
    "us",
    "black list · dnsbl · rbl · spamhaus · spamcop · barracuda · sorbs · is listed in · listed at",
    "Exim",
  ),
  said(
    "us",
    "your ip · ip address · sending ip · banned · reputation · ip you re using · ip not in",
    "Gmail, Exchange",
  ),
  said(
    "us",
    "authentication required · auth required · not authenticated · must authenticate",
    "Exim, Exchange",
  ),
  said(
    "us",
    "authenticate first · auth command · starttls · smtp auth · log in first · must log in",
    "OpenSMTPD, Gmail",
  ),
  said(
    "us",
    "authentication information · authentication checks · authentication level",
    "Gmail, Outlook.com",
  ),
  said("relaying", "suppression list", "SES"),
  said("relaying", "relay access denied · relay not permitted · relaying not permitted", "Postfix, Exim"),
  said(
    "relaying",
    "relaying denied · unable to relay · mail relay denied · relay denied",
    "Sendmail, Exchange, Gmail",
  ),
  said(
    "relaying",
    "rcpthosts · not permitted to relay · not allowed to relay · relaying not allowed",
    "qmail",
  ),
  said(
    "relaying",
    "relaying prohibited · do not relay · cannot relay · relaying disabled · relay not allowed",
    "others",
  ),
  said(
    "system",
    "insufficient system · insufficient disk · space shortage · temporarily out of resources",
    "Postfix, Exim, Sendmail, Exchange",
  ),
  said("full", "mailbox full · mailbox is full · inbox is full · mailbox for user is full", "Dovecot, qmail"),
  said("full", "exceeded storage · out of storage · storage limit · mailbox size limit", "Gmail, RFC 5321"),
  said("quota", "over quota · overquota · quota exceeded · quota full", "Dovecot, qmail"),
  said("quota", "over the maximum allowed quota · exceeds quota", "Cyrus"),
  said("recipient", "recipient address · user unknown · undeliverable address", "Postfix"),
  said(
    "recipient",
    "unknown user · unrouteable address · unroutable address · no such user",
    "Exim, Sendmail",
  ),
  said(
    "recipient",
    "no mailbox here · no such recipient · no such mailbox · invalid recipient",
    "qmail, OpenSMTPD",
  ),
  said(
    "recipient",
    "recipient not found · recipientnotfound · does not exist · doesn t exist",
    "Exchange, Gmail",
  ),
  said(
    "recipient",
    "mailbox unavailable · mailbox not found · user not found · invalid mailbox",
    "RFC 5321, Mail.ru",
  ),
  said("recipient", "recipient rejected · unknown recipient · recipient unknown · unknown address", "others"),
  said(
    "recipient",
    "mailbox disabled · account is disabled · account disabled · user doesn t have",
    "Gmail, Yahoo",
  ),
  said("recipient", "loops back to · mail loop · too many hops", "Postfix, Sendmail"),
  said("content", "likely unsolicited · content restrictions", "Gmail, Exchange"),
  said("content", "spam · virus · malware · attachment · malformed · phishing", "Exim, Gmail"),
  said(
    "content",
    "message size · message too large · message too big · message content · content rejected",
    "Postfix, Exim",
  ),
  said("content", "content denied", "QQ"),
  said("content", "message too long · message is too long", "SES"),
];

function said(topic: Topic, phrases: string, source: string): WordRow {
  return { topic, phrases: phrases.split(" · "), source };
}
