// The bare library: the same bytes, by nodemailer's own pool, with nothing written down. It sends the milliseconds by IPC.
import { createTransport } from "nodemailer";

export type BareTask = { port: number; mails: number; connections: number; raw: string };

process.on("message", async ({ port, mails, connections, raw }: BareTask) => {
  const transport = createTransport({
    host: "127.0.0.1",
    port,
    pool: true,
    maxConnections: connections,
    ignoreTLS: true,
  });
  const bytes = Buffer.from(raw, "base64");
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: mails }, (_, nth) =>
      transport.sendMail({
        envelope: { from: "bounces@watchpost.example", to: `owner@${nth}.example` },
        raw: bytes,
      }),
    ),
  );
  process.send?.(performance.now() - startedMs);
  transport.close();
});
process.on("disconnect", () => process.exit(0));
