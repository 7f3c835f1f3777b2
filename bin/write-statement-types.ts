import { writeStatementTypes } from "@/prisma/statements/write";

// npx tsx bin/write-statement-types.ts writes the types of all statements anew, after a statement or the schema was changed.
for (const name of await writeStatementTypes()) process.stdout.write(`${name}\n`);
