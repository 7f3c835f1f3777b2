import { afterEach, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { startHttp } from "./http";

afterEach(() => {
  vi.restoreAllMocks();
});

test("logs why a request could not be answered, and ends it", async () => {
  const mistake = new TypeError("x is not a function");
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const server = await startHttp({ port: 0, host: "127.0.0.1", faults: () => Promise.reject(mistake) });
  try {
    await expect(fetch(`http://127.0.0.1:${server.port}/readyz`)).rejects.toThrow();
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  } finally {
    await server.stop();
  }
  expect(logged.mock.calls).toEqual([[{ err: mistake }, expect.any(String)]]);
});
