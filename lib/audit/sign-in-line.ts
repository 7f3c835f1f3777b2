import { type CsvCell, csvRecord } from "@/lib/infra/csv";

/** One line of the access log. */
export type SignInEntry = {
  atMs: number;
  issuer: string;
  /** null: the try ended before it was proven who it was. */
  subject: string | null;
  tenantId: string | null;
  result: string;
};

/** What a provider calls a person may hold anything; a terminal obeys control characters. */
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "?");

export const CSV_HEAD = csvRecord(["at", "result", "tenant", "subject", "issuer"]);

/** One record of the CSV file, with its line end. Times are in UTC. */
export function csvOf({ atMs, result, tenantId, subject, issuer }: SignInEntry): string {
  const cells: CsvCell[] = [new Date(atMs).toISOString(), result, tenantId, subject, issuer];
  return csvRecord(cells);
}

/** One line for people, in columns: time in UTC, result, tenant, subject. */
export function lineOf({ atMs, result, tenantId, subject }: SignInEntry): string {
  const at = new Date(atMs).toISOString().replace("T", " ").slice(0, 19);
  return `${at}  ${result.padEnd(20)}  ${(tenantId ?? "-").padEnd(20)}  ${plain(subject ?? "-")}`;
}
