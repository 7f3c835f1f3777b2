// Loaded before anything else of a process that serves: if it is asked to stop before it can listen for that,
// it ends at once with code 0. It has begun nothing by then. As process 1 of a container it would otherwise
// not notice at all, since the kernel gives that one no default.
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"])) {
  let isAsked = false;
  process.on(signal, () => {
    isAsked = true;
    if (process.listenerCount(signal) === 1) process.exit(0);
  });
  // Next ends with the code of a process that the signal killed, although it has let its requests end.
  process.on("exit", (code) => {
    if (isAsked && code > 128) process.exitCode = 0;
  });
}
// Begun by a process that has a channel to it, it ends with that one.
if (process.connected === false) process.exit(0);
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
