import { fileURLToPath } from "node:url";
import { runTogether } from "@/server/run-together";
import { catchStopSignals } from "@/server/stop-signals";

// The process that the launcher is for `npm start`, with the real worker, and a command of the test's in the portal's place.

const WORKER = fileURLToPath(new URL("../server/worker.sh", import.meta.url));
const [file = "", ...args] = process.argv.slice(2);
process.exitCode = await runTogether(
  [
    { file, args },
    { file: "sh", args: [WORKER], tied: true },
  ],
  catchStopSignals(),
);
