import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Client } from "pg";
import { MIGRATIONS_FOLDER } from "../../server/migrate";
import { foldEnumValues } from "./fold-enum-values";
import { BackupError, type BackupHead, type BackupTail, readBackupParts } from "./format";

export type Loaded = Pick<BackupHead, "madeAt"> & BackupTail;

/**
 * Runs all of a backup in the caller's transaction, in the schema that the connection works in.
 * @returns when it was made, and how many rows of each table it says that it holds
 * @throws BackupError for a file of another kind, of a newer build, or that was cut short; the driver's and the system's errors
 */
export async function loadBackup(client: Client, file: string): Promise<Loaded> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.on("error", (error) => text.destroy(error));
  text.setEncoding("utf8");
  let madeAt = "";
  // The table of migrations and one part for each of them. A build of before wrote them as they are.
  let scripts = 0;
  const definitions: string[] = [];
  try {
    for await (const part of readBackupParts(text)) {
      if ("head" in part) {
        await refuseNewer(part.head);
        madeAt = part.head.madeAt;
        scripts = 1 + part.head.migrations.length;
      } else if ("tail" in part) return { madeAt, rows: part.tail.rows };
      else if (definitions.length < scripts) {
        definitions.push(part.sql);
        if (definitions.length === scripts)
          for (const sql of foldEnumValues(definitions)) await client.query(sql);
      } else await client.query(part.sql);
    }
  } finally {
    source.destroy();
  }
  throw new BackupError("The backup has no end.");
}

async function refuseNewer({ migrations }: BackupHead): Promise<void> {
  const known = new Set(await readdir(MIGRATIONS_FOLDER));
  const unknown = migrations.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BackupError(
    `The backup was made by a newer build: this one lacks ${unknown.join(", ")}. Restore it with that build.`,
  );
}
