// Lays beside the standalone server what Next leaves to whoever serves it: the files of public/ and the scripts and styles of the pages.
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const folder of ["public", ".next/static"]) {
  await cp(`${root}${folder}`, `${root}.next/standalone/${folder}`, { recursive: true });
}
