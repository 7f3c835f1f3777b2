/** A table of figures inside a ScrollBox: its head stays in sight. */
export const tableLook = {
  table: "w-full text-right text-[0.8125rem]",
  head: "sticky top-0 bg-sunken",
  headCell: "whitespace-nowrap px-3 py-1.5 font-medium",
  row: "border-t border-line",
  cell: "whitespace-nowrap px-3 py-1",
  first: "whitespace-nowrap px-3 py-1 text-left font-normal",
  /** Words that may wrap. In a narrow box the table grows and scrolls, or each word would have a line of its own. */
  words: "min-w-56 px-3 py-1 text-left",
} as const;
