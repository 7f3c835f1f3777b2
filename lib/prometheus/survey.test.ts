import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createSurvey } from "./survey";

/** What each store answers where it is asked for its build. */
test.each([
  ['{"version":"2.42.0","revision":"x"}', { kind: "Prometheus", version: "2.42.0" }],
  ['{"version":"3.5.0"}', { kind: "Prometheus", version: "3.5.0" }],
  ['{"version":"2.24.0"}', { kind: "VictoriaMetrics", version: "" }],
  ["{}", { kind: "VictoriaMetrics", version: "" }],
  ['{"application":"Grafana Mimir","version":"2.14.0"}', { kind: "Mimir", version: "2.14.0" }],
  ['{"version":"main"}', { kind: "unknown", version: "main" }],
])("a store whose build is %s is %j", async (data, kind) => {
  const server = createServer((_, response) => response.end(`{"status":"success","data":${data}}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  expect(await createSurvey({ url: `http://127.0.0.1:${port}` }).kind()).toEqual({ ok: true, data: kind });
  server.close();
  server.closeAllConnections();
});
