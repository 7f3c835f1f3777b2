/** What PostgreSQL says of a statement: the values that it takes and the row that it answers with. */
export type StatementTypes = { values: readonly unknown[]; row: object };

/**
 * A statement as SQL, with the types that the database's schema gives it. Each file `statements.ts` has its
 * types in `statement-types.ts` beside it, which `npx tsx bin/write-statement-types.ts` writes.
 */
export type Statement<T extends StatementTypes = StatementTypes> = StatementOptions & {
  readonly name: string;
  readonly text: string;
  /** For the compiler alone. */
  readonly types?: T;
};

export type StatementOptions = {
  /**
   * Each connection plans it once, by this name. For what every page view asks: planning took most of its
   * time.
   */
  readonly prepared?: string;
  /**
   * Columns that are never NULL, though PostgreSQL can't promise it: a count, or the driving side of an outer
   * join.
   */
  readonly notNull?: readonly string[];
  /** Values that may be NULL, by their numbers. */
  readonly nullable?: readonly number[];
  /**
   * How long its answer may take, in ms, where it may take longer than any other's
   * (lib/infra/connections.ts).
   */
  readonly withinMs?: number;
  /**
   * Settings of the planner for this statement alone, as a statement. The values must be numbers, since they
   * stand in the text.
   */
  readonly settings?: string;
};

/** The row of a statement. */
export type RowOf<S extends Statement> = S extends Statement<infer T> ? T["row"] : never;

/** The values of a statement. */
export type ValuesOf<S extends Statement> = S extends Statement<infer T> ? T["values"] : never;

/** Where statements run: the database, or one transaction on it. */
export type Connection = {
  /** The rows of a statement. @throws the driver's error */
  rows<T extends StatementTypes>(statement: Statement<T>, ...values: T["values"]): Promise<T["row"][]>;
  /** Runs a statement. @returns how many rows it wrote, or read @throws the driver's error */
  run<T extends StatementTypes>(statement: Statement<T>, ...values: T["values"]): Promise<number>;
  /**
   * Work in one transaction: all of it or nothing. Work that is in one already joins it.
   * @throws what the work throws
   */
  transaction<T>(work: (tx: Connection) => Promise<T>, ending?: Ending<T>): Promise<T>;
};

/** How a transaction ends. */
export type Ending<T> = {
  /** Whether the result is worth a COMMIT; else the transaction is rolled back. */
  isKept?: (result: T) => boolean;
  /**
   * How long the answer to each statement may take, in ms, where they may take longer than others
   * (lib/infra/connections.ts).
   */
  statementWithinMs?: number;
  /** What to throw where COMMIT fails: whether it came through isn't known then. */
  commitFailed?: (cause: unknown) => Error;
};

/**
 * Makes the statements of one file.
 * @returns a tag for SQL, by the statement's name, which is its export's. What stands in braces in the SQL is
 * SQL as well
 */
export const statementsOf =
  <Types extends Record<keyof Types, StatementTypes>>() =>
  <Name extends keyof Types & string>(name: Name, options: StatementOptions = {}) =>
  (texts: TemplateStringsArray, ...parts: (string | number)[]): Statement<Types[Name]> => ({
    name,
    text: texts.map((text, at) => `${text}${parts[at] ?? ""}`).join(""),
    ...options,
  });

/**
 * A statement's text with its numbers in it, for where PostgreSQL takes none beside it.
 * @throws RangeError for what is no number
 */
export function withNumbers(text: string, values: readonly unknown[]): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => {
    const value = values[Number(number) - 1];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new RangeError(`Value ${number} of a statement must be a number.`);
    return String(value);
  });
}
