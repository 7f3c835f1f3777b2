import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { claimPort, freePort } from "./free-port";

test("a free port can be listened on, and is given to nobody twice", async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  expect(new Set(ports).size).toBe(20);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[0], "127.0.0.1", resolve));
  await new Promise((resolve) => server.close(resolve));
});

test("another process can't claim it meanwhile", async () => {
  const port = await freePort();
  const script = `import { claimPort } from "./server/free-port.ts"; process.stdout.write(String(await claimPort(${port})));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    "--input-type=module",
    "--eval",
    script,
  ]);
  expect(stdout).toBe("false");
  expect(await claimPort(port)).toBe(false);
});

test("the system gives it to nobody who asks for any port", async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  expect(typeof address === "object" && address?.port).toBeGreaterThan(port);
  expect(port).toBeLessThan(32_768);
  await new Promise((resolve) => server.close(resolve));
});
