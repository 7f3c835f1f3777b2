/** `ALTER TYPE "type" ADD VALUE 'value'`, as a statement of its own, with where the value goes. */
const ADD_VALUE =
  /^[ \t]*ALTER TYPE ("?[\w.]+"?) ADD VALUE (?:IF NOT EXISTS )?('(?:[^']|'')*')(?: (BEFORE|AFTER) ('(?:[^']|'')*'))?;[ \t]*$/gim;
const createType = (name: string) =>
  new RegExp(`(CREATE TYPE ${name.replace(/[.]/g, "\\.")} AS ENUM \\()([^)]*)(\\))`, "i");

/**
 * Makes scripts of schema migrations that can be run in one transaction, with data after them. Before 17, PostgreSQL uses no value that
 * was added to an enumeration in the same transaction, also where its type is as young. So each value is there from the first.
 * https://www.postgresql.org/docs/15/sql-altertype.html (Notes)
 * @param scripts in the order of running
 * @returns the same, with the values in CREATE TYPE. A value whose type another script didn't make is left where it is
 */
export function foldEnumValues(scripts: readonly string[]): string[] {
  const folded: string[] = [];
  for (const script of scripts) {
    const rest = script.replace(ADD_VALUE, (statement, name, value, side, beside) => {
      const at = folded.findIndex((earlier) => createType(name).test(earlier));
      const earlier = folded[at];
      if (earlier === undefined) return statement;
      folded[at] = earlier.replace(
        createType(name),
        (_, head: string, values: string, tail: string) =>
          `${head}${withValue(values, value, side, beside)}${tail}`,
      );
      return `-- ${value} is in CREATE TYPE ${name}.`;
    });
    folded.push(rest);
  }
  return folded;
}

function withValue(values: string, value: string, side?: string, beside?: string): string {
  const list: string[] = values.match(/'(?:[^']|'')*'/g) ?? [];
  if (list.includes(value)) return values;
  const place = beside === undefined ? -1 : list.indexOf(beside);
  const index = place < 0 ? list.length : place + (side?.toUpperCase() === "AFTER" ? 1 : 0);
  return list.toSpliced(index, 0, value).join(", ");
}
