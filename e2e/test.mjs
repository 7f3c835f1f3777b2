import { requireNode } from "../setup/node-version.mjs";

requireNode();
const { main } = await import("./suite.mjs");
process.exit(await main(process.argv.slice(2)));
