import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const field = z.object({
  name: z.string(),
  dbName: z.string().nullish(),
  kind: z.enum(["scalar", "enum", "object"]),
  type: z.string(),
  isList: z.boolean(),
  isRequired: z.boolean(),
  nativeType: z.tuple([z.string(), z.array(z.string())]).nullish(),
  default: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.never()), z.object({ name: z.string() })])
    .optional(),
  relationFromFields: z.array(z.string()).optional(),
  relationToFields: z.array(z.string()).optional(),
  relationOnDelete: z.string().optional(),
  relationOnUpdate: z.string().optional(),
});

const datamodelSchema = z.object({
  enums: z.array(
    z.object({
      name: z.string(),
      dbName: z.string().nullish(),
      values: z.array(z.object({ name: z.string(), dbName: z.string().nullish() })),
    }),
  ),
  models: z.array(z.object({ name: z.string(), dbName: z.string().nullish(), fields: z.array(field) })),
  indexes: z.array(
    z.strictObject({
      model: z.string(),
      type: z.enum(["id", "unique", "normal"]),
      isDefinedOnField: z.boolean(),
      algorithm: z.string().optional(),
      fields: z.array(z.strictObject({ name: z.string() })),
    }),
  ),
});

/** The parts of a schema, as Prisma reads it, that concern the database. */
export type Datamodel = z.infer<typeof datamodelSchema>;

const PRINTER = fileURLToPath(new URL("print-datamodel.mjs", import.meta.url));
const CLI = createRequire(import.meta.url).resolve("prisma/build/index.js");

/**
 * Has Prisma's CLI read a schema, without any download (see ../generate.mjs).
 * @param schema the text of a schema.prisma
 * @throws Error with what Prisma says of a schema that isn't valid
 */
export async function readDatamodel(schema: string): Promise<Datamodel> {
  const folder = await mkdtemp(join(tmpdir(), "datamodel-"));
  const file = join(folder, "schema.prisma");
  const output = join(folder, "datamodel.json");
  try {
    const withoutGenerators = schema.replace(/^generator [\s\S]*?^\}/gm, "");
    const printer = `generator printer {\n  provider = ${JSON.stringify(`node ${PRINTER}`)}\n  output = ${JSON.stringify(output)}\n}\n`;
    await writeFile(file, printer + withoutGenerators);
    await promisify(execFile)(process.execPath, [CLI, "generate", "--schema", file], {
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: file,
        CHECKPOINT_DISABLE: "1",
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
      },
    });
    return datamodelSchema.parse(JSON.parse(await readFile(output, "utf8")));
  } finally {
    await rm(folder, { recursive: true });
  }
}
