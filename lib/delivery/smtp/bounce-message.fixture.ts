/** The recipient of every mail that these bounces are about. */
export const OWNER = "owner@photos.example";
export const RETURN_PATH = "bounces+0123456789abcdef0123456789abcdef.0123456789abcdef0123@w.example";

const BOUNDARY = "part-of-a-bounce";
/** Headers of our own mail, as bounces quote them. Nothing in them is evidence. */
export const ORIGINAL = `Received: from w.example by relay.example (450 4.7.1 is no code of this mail)
Message-ID: <1@w.example>
Subject: 503 errors: availability 5.1.1 %
From: Watchpost <alerts@w.example>
To: ${OWNER}

550 5.1.1 ${OWNER}: what our own mail quotes`;

export type Headers = Record<string, string>;
const headerLines = (headers: Headers) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** A message as it arrives, with the line ends of SMTP. */
export const message = (headers: Headers, body: string): Buffer =>
  Buffer.from(
    [...headerLines({ To: `<${RETURN_PATH}>`, ...headers }), "", body].join("\n").replace(/\r?\n/g, "\r\n"),
  );

export const part = (type: string, body: string, more: Headers = {}): string =>
  [`--${BOUNDARY}`, ...headerLines({ "Content-Type": type, ...more }), "", body, ""].join("\n");

export const multipart = (
  headers: Headers,
  parts: string[],
  type = "multipart/report; report-type=delivery-status",
): Buffer =>
  message(
    { "MIME-Version": "1.0", "Content-Type": `${type}; boundary="${BOUNDARY}"`, ...headers },
    `${parts.join("")}--${BOUNDARY}--\n`,
  );

/** What a mail system writes over a bounce of its own. */
export const DAEMON = {
  From: "Mail Delivery System <MAILER-DAEMON@relay.example>",
  Subject: "Undelivered Mail",
};
/** The three parts of RFC 3462: words, fields, and the original. */
export const report = (fields: string, words = "It was not delivered.", type?: string): Buffer =>
  multipart(
    { ...DAEMON, "Auto-Submitted": "auto-replied" },
    [
      part("text/plain; charset=us-ascii", words),
      part("message/delivery-status", fields),
      part("text/rfc822-headers", ORIGINAL),
    ],
    type,
  );
