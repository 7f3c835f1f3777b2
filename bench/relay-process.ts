// A relay in a process of its own that takes every mail at once and keeps none. It sends its port by IPC.
import { SMTPServer } from "smtp-server";

const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  onData: (stream, _session, done) => {
    stream.on("end", () => done(null, "2.0.0 Ok: queued"));
    stream.resume();
  },
});
server.on("error", () => {}); // a client that leaves without a word
const listener = server.listen(0, "127.0.0.1", () => {
  const address = listener.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit(0));
