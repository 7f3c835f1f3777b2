/**
 * How the relay behaves: it calls every recipient unknown, refuses us at each recipient, refuses the first tenant's recipient alone, or
 * all of that at once. Dropping breaks the connection after it took the mail.
 */
export type RelayMode =
  | "up"
  | "down"
  | "refuses"
  | "refuses-us"
  | "refuses-one"
  | "refuses-one-and-us"
  | "greylists"
  | "drops";
/** How a relay of this mode answers RCPT; null: it takes the recipient. @param isFirst whether it is the first tenant's recipient */
export function refusalOf(mode: RelayMode, isFirst: boolean): string | null {
  const us = "554 5.7.1 <pod[10.0.0.7]>: Client host rejected: Access denied";
  switch (mode) {
    case "refuses":
      return "550 5.1.1 No such user";
    case "refuses-us":
      return us;
    case "refuses-one":
      return isFirst ? "554 5.7.1 Relay access denied" : null;
    case "refuses-one-and-us":
      return isFirst ? "550 Sender verify failed" : us;
    case "greylists":
      return "450 4.2.0 Greylisted";
    default:
      return null;
  }
}
