import pino from "pino";
import { expect, test } from "vitest";
import { log } from "./log";

test.each(["err", "error"])("an error under the name %s keeps its message and its stack", (name) => {
  const serializers = Reflect.get(log, pino.symbols.serializersSym);
  expect(serializers[name](new TypeError("x is not a function"))).toMatchObject({
    type: "TypeError",
    message: "x is not a function",
    stack: expect.stringContaining("log.test.ts"),
  });
});
