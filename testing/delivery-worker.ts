// A worker of its own process that only delivers, for the tests that kill or freeze one. It says "ready" when it has begun.
import { startDelivery } from "../alerting/deliver/deliver";
import { MAIL_FROM, SECRET } from "./outbox";

const number = (name: string) => Number(process.env[name]);
startDelivery({
  smtpUrl: process.env.SMTP_URL ?? "",
  mailFrom: MAIL_FROM,
  secret: SECRET,
  pollMs: 50,
  concurrency: number("CONCURRENCY"),
  sendTimeoutMs: number("SEND_TIMEOUT_MS"),
  leaseSeconds: number("LEASE_SECONDS"),
});
process.stdout.write("ready\n");
