// A generator as Prisma's CLI runs them: it writes what Prisma read of a schema into the file that its `output` names.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const manifest = { prettyName: "The datamodel", defaultOutput: "datamodel.json" };

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "generate")
    writeFileSync(params.generator.output.value, JSON.stringify(params.dmmf.datamodel));
  process.stderr.write(
    `${JSON.stringify({ jsonrpc: "2.0", id, result: method === "getManifest" ? { manifest } : null })}\n`,
  );
}
