import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../server/embedded";

// A PostgreSQL on a file system of its own, which the parent has filled and freed by messages: "fill" and "free". The first message to
// the parent is its address.

const [folder = ""] = process.argv.slice(2);
const filler = join(folder, "filler");
const CHUNK = Buffer.alloc(65_536, 1);

/** Writes until nothing fits any more. */
async function fill(): Promise<void> {
  const file = await open(filler, "w");
  try {
    for (let size = CHUNK.length; size >= 1; size = Math.floor(size / 16)) {
      const write = () =>
        file.write(CHUNK, 0, size).then(
          ({ bytesWritten }) => bytesWritten > 0,
          () => false,
        );
      while (await write());
    }
  } finally {
    await file.close();
  }
}

const server = await startEmbeddedPostgres({ dataDir: join(folder, "postgres") });
process.on("message", async (wish) => {
  if (wish === "fill") await fill();
  else await rm(filler);
  process.send?.(wish);
});
process.on("disconnect", async () => {
  await server.stop();
  process.exit(0);
});
process.send?.(server.url);
