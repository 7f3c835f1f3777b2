// Generates the Prisma client without any download. Prisma's CLI fetches a schema engine, which neither generating nor migrating
// (migrate.ts) ever runs. Any existing file under this variable keeps it from fetching one.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");

const generatedAt = changedAt(`${root}prisma/generated/client.ts`);
const isCurrent = [`${root}prisma/schema.prisma`, fileURLToPath(import.meta.url), cli].every(
  (source) => changedAt(source) < generatedAt,
);
if (!isCurrent) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: `${root}package.json`,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  if (status !== 0) {
    process.stderr.write(`The Prisma client could not be generated.\n${stdout}${stderr}`);
    process.exit(1);
  }
}
