import { nodeProblem } from "../../demo/setup/node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { main } = await import("./main.mjs");
process.exit(await main(process.argv.slice(2)));
