import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { type Client, Pool } from "pg";

const MODULE = "@prisma/schema-engine-wasm/schema_engine_bg";
let loaded: Promise<void> | undefined;

/**
 * The schema engine as WebAssembly, so that neither an install nor a start downloads a binary.
 * Node has no import of .wasm files, so the module is put together with its bindings here.
 */
async function load(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve(MODULE));
  const module = await WebAssembly.compile(await readFile(join(folder, "schema_engine_bg.wasm")));
  const instance = await WebAssembly.instantiate(module, {
    "./schema_engine_bg.js": withLooseTimers(bindings as unknown as WebAssembly.ModuleImports),
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
}

/** The engine sets a time limit of ten seconds for each migration and never takes it back: a command would end so much later. */
function withLooseTimers(imports: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
  const timers = Object.entries(imports).flatMap(([name, set]) => {
    if (!name.startsWith("__wbg_setTimeout_") || typeof set !== "function") return [];
    return [[name, (...values: unknown[]) => (set(...values) as NodeJS.Timeout).unref()]];
  });
  return { ...imports, ...Object.fromEntries(timers) };
}

/**
 * The engine on one connection, which stays the caller's: so it works inside the caller's transaction and under its lock.
 *
 * The adapter cuts a script at every semicolon, those in comments, texts and function bodies too, and runs the parts one by
 * one. Here a script goes to the server whole, so that PostgreSQL reads it and runs all of it or nothing.
 * @returns scriptError: what the server said of the last script that failed. The engine goes on to write its log into the
 *   failed transaction, and reports only that.
 */
export async function openSchemaEngine(
  client: Client,
  schema: string,
): Promise<{ engine: bindings.SchemaEngine; scriptError(): unknown }> {
  let scriptError: unknown;
  loaded ??= load();
  await loaded;
  // The adapter takes a pool only, and a pool drops a connection after any failed statement, with its lock and transaction.
  const pool = Object.assign(new Pool(), {
    query: client.query.bind(client),
    connect: () => Promise.reject(new Error("Migrations run on one connection.")),
  });
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      scriptError = undefined;
      try {
        await client.query(script);
      } catch (error) {
        scriptError = error;
        throw error;
      }
    };
    return adapter;
  };
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [["schema.prisma", schema]] },
    () => {},
    adapter,
  );
  return { engine, scriptError: () => scriptError };
}
