// Read by whatever Node there is, so only syntax that an old one understands.

/**
 * Why this Node can't run Watchpost, in one line, or null when it can.
 * @param {string} version as process.versions.node has it
 */
export function nodeProblem(version) {
  const parts = version.split(".").map(Number);
  if (parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19)) return null;
  return `Watchpost needs Node 20.19 or newer, and this is Node ${version}. Get one from https://nodejs.org`;
}

/** Ends the process where this Node can't run Watchpost, before anything is loaded that it couldn't read. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (!problem) return;
  console.error(problem);
  process.exit(1);
}
