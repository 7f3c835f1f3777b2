/** What stands in one cell. null is an empty one. */
export type CsvCell = string | number | null;

/**
 * What spreadsheets take for the beginning of a formula, in the wide forms of East Asian keyboards as well.
 */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One record of a CSV file, with its line end (RFC 4180).
 *
 * A text that a spreadsheet would run as a formula gets an apostrophe before it, which shows it as the text
 * that it is. Numbers are ours and stay numbers; one that isn't finite has no form in CSV and becomes an
 * empty cell.
 */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(",")}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = BEGINS_FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
