import pino from "pino";
import { expect, it } from "vitest";
import { log } from "./log";

it.each(["err", "error"])("an error under the name %s keeps its message and its stack", (name) => {
  const serializers = Reflect.get(log, pino.symbols.serializersSym);
  expect(serializers[name](new TypeError("x is not a function"))).toMatchObject({
    type: "TypeError",
    message: "x is not a function",
    stack: expect.stringContaining("log.test.ts"),
  });
});
