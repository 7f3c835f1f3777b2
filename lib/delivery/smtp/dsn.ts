const ACTIONS = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
export type DeliveryAction = (typeof ACTIONS)[number];

/** What a delivery status notification (RFC 3464, RFC 6533) says about one recipient. */
export type RecipientReport = {
  /** The values of Final-Recipient and Original-Recipient as written; null where there is none. */
  finalRecipient: string | null;
  originalRecipient: string | null;
  action: DeliveryAction;
  /** RFC 3463, as "5.1.1"; null where none is given, or several that differ. */
  status: string | null;
  /** The text of Diagnostic-Code without its type, unfolded, in the words of the server that gave it; null where there is none. */
  diagnostic: string | null;
};

const RECIPIENTS_LIMIT = 200;
const DIAGNOSTIC_LIMIT = 4_000;

type Fields = Map<string, string[]>;

/**
 * Reads the text of message/delivery-status parts. Reporters leave out Reporting-MTA, blank lines between groups, or Action; they put
 * blank lines within a group, and don't indent what they wrap. None of that makes a report unclear.
 * @returns one entry for each recipient; empty where the text says nothing of any; null where it names too many
 */
export function readDeliveryStatus(text: string): RecipientReport[] | null {
  const groups = recipientGroups(text);
  if (groups.length > RECIPIENTS_LIMIT) return null;
  return groups.map(readRecipient).filter((report) => report !== null);
}

const first = (fields: Fields, name: string) => fields.get(name)?.[0] ?? null;
/** A type without an address is no recipient. */
const recipientIn = (fields: Fields, name: string) =>
  /^(?:[^;]*;)?[\s<>]*$/.test(first(fields, name) ?? "") ? null : first(fields, name);
const namesRecipient = (fields: Fields) => fields.has("final-recipient") || fields.has("original-recipient");
const says = (fields: Fields) => fields.has("action") || fields.has("status");

/** Fields group by recipient, by blank lines where there are, and by the next recipient where there are none. */
function recipientGroups(text: string): Fields[] {
  const groups: Fields[] = [];
  for (const fields of groupsOf(text)) {
    const last = groups.at(-1);
    // A stray blank line: what it cuts off says what the group before has left open.
    const isRest = !namesRecipient(fields) && last && [...fields.keys()].every((name) => !last.has(name));
    if (isRest) for (const [name, values] of fields) last.set(name, values);
    else if (namesRecipient(fields) || says(fields)) groups.push(fields);
  }
  return groups;
}

function groupsOf(text: string): Fields[] {
  const groups: Fields[] = [];
  let fields: Fields = new Map();
  let name = "";
  const close = () => {
    if (fields.size > 0) groups.push(fields);
    fields = new Map();
    name = "";
  };
  for (const line of text.split(/\r\n?|\n/)) {
    const [, key = "", value = ""] = /^([A-Za-z][\w-]*)[ \t]*:(.*)$/.exec(line) ?? [];
    if (line.trim() === "") close();
    else if (key !== "") {
      name = key.toLowerCase();
      // Exim writes Original-Recipient, Action, Final-Recipient: all of one recipient.
      const isNext =
        name.endsWith("-recipient") && (fields.has(name) || (says(fields) && fields.has("final-recipient")));
      if (isNext && name !== "x-actual-recipient") close();
      name = key.toLowerCase();
      const values = fields.get(name);
      if (values) values.push(value.trim());
      else fields.set(name, [value.trim()]);
    } else extend(fields.get(name), line);
  }
  close();
  return groups;
}

/** A wrapped line, indented or not (RFC 5322 §2.2.3). */
function extend(values: string[] | undefined, line: string): void {
  const last = values?.pop();
  if (values && last !== undefined)
    values.push(last.length > DIAGNOSTIC_LIMIT ? last : `${last} ${line.trim()}`.trim());
}

function readRecipient(fields: Fields): RecipientReport | null {
  const diagnostic = withoutType(fields.get("diagnostic-code")?.join(" ") ?? "").slice(0, DIAGNOSTIC_LIMIT);
  const status = statusOf(fields.get("status") ?? []);
  const action = actionOf(first(fields, "action"), status, diagnostic);
  // "failed" with a code of success: nobody can say which of the two is meant.
  if (action === null || (action === "failed" && status?.startsWith("2."))) return null;
  return {
    finalRecipient: recipientIn(fields, "final-recipient"),
    originalRecipient: recipientIn(fields, "original-recipient"),
    action,
    status,
    diagnostic: diagnostic === "" ? null : diagnostic,
  };
}

function statusOf(values: readonly string[]): string | null {
  const codes = values.flatMap(
    (value) => /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(value)?.[0] ?? [],
  );
  return codes.every((code) => code === codes[0]) ? (codes[0] ?? null) : null;
}

/** Where the reporter gives no known Action, the class of its codes says as much. */
function actionOf(value: string | null, status: string | null, diagnostic: string): DeliveryAction | null {
  const word = /^\W*([a-z]+)/i.exec(value ?? "")?.[1]?.toLowerCase();
  const known = ACTIONS.find((action) => action === word);
  if (known) return known;
  const digit = (status ?? /(?<![\w.#-])([245])\d\d[ -]/.exec(diagnostic)?.[1])?.[0];
  return digit === "5" ? "failed" : digit === "4" ? "delayed" : digit === "2" ? "delivered" : null;
}

/** "smtp;", "X-Postfix;": words without a type may have a semicolon of their own. */
const withoutType = (diagnostic: string) => diagnostic.replace(/^\s*[A-Za-z][\w-]*\s*;/, "").trim();
