import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { openapi } from "@/lib/views/api/openapi";
import packageJson from "@/package.json";

/** docs/openapi.yaml as it has to be. */
export const openapiText = (): string =>
  stringify(openapi(packageJson.version), { aliasDuplicateObjects: false, lineWidth: 110 });

const FILE = fileURLToPath(new URL("../docs/openapi.yaml", import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(FILE, openapiText());
