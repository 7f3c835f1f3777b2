/** A table of figures inside a ScrollBox: its head stays in sight. */
export const tableLook = {
  table: "w-full text-right text-[0.8125rem]",
  head: "sticky top-0 bg-sunken",
  headCell: "whitespace-nowrap px-3 py-1.5 font-medium",
  row: "border-t border-line",
  cell: "whitespace-nowrap px-3 py-1",
  first: "whitespace-nowrap px-3 py-1 text-left font-normal",
} as const;
