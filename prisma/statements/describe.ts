import type { Client, Connection, FieldDef } from "pg";

/** A statement as PostgreSQL sees it: the types of its values, and its columns. */
export type Description = { values: number[]; columns: FieldDef[] };

/** Asks for a statement's description, without running it. The protocol has it; pg sends it only on the way to running one. */
class Describing {
  private values: number[] = [];
  private columns: FieldDef[] = [];

  constructor(
    private readonly text: string,
    private readonly done: (error: Error | undefined, description: Description) => void,
  ) {}

  submit(connection: Connection): void {
    connection.removeAllListeners("parameterDescription"); // of one that failed before
    connection.once("parameterDescription", ({ dataTypeIDs }: { dataTypeIDs: number[] }) => {
      this.values = dataTypeIDs;
    });
    connection.parse({ name: "", text: this.text, types: [] }, true);
    connection.describe({ type: "S", name: "" }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.columns = fields;
  }

  handleError(error: Error): void {
    this.done(error, { values: [], columns: [] });
  }

  handleReadyForQuery(): void {
    this.done(undefined, { values: this.values, columns: this.columns });
  }
}

/**
 * What a statement takes and answers with, by the schema that the client is connected to.
 * @throws the server's error where the statement doesn't fit the schema
 */
export function describeStatement(client: Client, text: string): Promise<Description> {
  return new Promise((resolve, reject) => {
    client.query(
      new Describing(text, (error, description) => (error ? reject(error) : resolve(description))),
    );
  });
}
