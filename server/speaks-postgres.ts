import { connect } from "node:net";

/**
 * SSLRequest, which a PostgreSQL answers by one byte before anything else:
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/**
 * S: encryption is offered; N: it isn't. Nothing follows. E begins an error, such as too many connections.
 */
const isAnswer = (said: string) => said === "S" || said === "N" || said.startsWith("E\0");
const ANSWER_WITHIN_MS = 3_000;

/**
 * Whether what listens at a place may be a PostgreSQL. The driver would wait for the rest of another
 * protocol's greeting.
 * @returns false only where it has said something that no PostgreSQL says; what can't be reached or is silent
 * may be one
 */
export function maySpeakPostgres(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => end(true), ANSWER_WITHIN_MS); // also over the look-up of a name
    const end = (may: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(may);
    };
    socket.once("connect", () => socket.write(SSL_REQUEST));
    socket.once("data", (said) => end(isAnswer(said.toString("latin1"))));
    for (const event of ["error", "close"] as const) socket.once(event, () => end(true));
  });
}
