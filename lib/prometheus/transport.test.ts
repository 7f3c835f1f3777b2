import { describe, expect, test } from "vitest";
import { endpointOf, PrometheusSettingsError } from "./transport";

describe("the address of Prometheus", () => {
  test.each([
    ["http://prometheus:9090", "http://prometheus:9090"],
    ["http://prometheus:9090/", "http://prometheus:9090"],
    ["https://metrics.example/prom/", "https://metrics.example/prom"],
    ["https://metrics.example/a/b//", "https://metrics.example/a/b"],
    ["http://[::1]:9090", "http://[::1]:9090"],
  ])("%s is asked under %s", (url, base) => expect(endpointOf({ url }).base).toBe(base));

  test("keeps no secret in the address", () => {
    const { base, headers } = endpointOf({ url: "https://port%40l:pa%3Ass@metrics.example/prom" });
    expect(base).toBe("https://metrics.example/prom");
    expect(headers.authorization).toBe(`Basic ${btoa("port@l:pa:ss")}`);
  });

  test("takes a bearer token and a tenant header", () => {
    const { headers } = endpointOf({
      url: "http://a",
      bearerToken: "abc.def\n",
      tenantHeader: "X-Scope-OrgID: platform",
    });
    expect(headers).toMatchObject({ authorization: "Bearer abc.def", "x-scope-orgid": "platform" });
  });

  test.each([
    [{ url: "prometheus:9090" }, "PROMETHEUS_URL is not an http(s) URL."],
    [{ url: "ftp://hunter2@a" }, "PROMETHEUS_URL is not an http(s) URL."],
    [{ url: "http://a/?x=hunter2" }, "PROMETHEUS_URL may have a path, but no query and no fragment."],
    [
      { url: "http://a:hunter2%@b" },
      "PROMETHEUS_URL has a user name or password that isn't percent-encoded as it must be.",
    ],
    [
      { url: "http://a:hunter2@b", bearerToken: "hunter2" },
      "PROMETHEUS_URL has a user name and PROMETHEUS_BEARER_TOKEN is set: keep one of them.",
    ],
    [{ url: "http://b", bearerToken: "hunter2 hunter2" }, "PROMETHEUS_BEARER_TOKEN is not a token."],
    [
      { url: "http://b", tenantHeader: "hunter2" },
      'PROMETHEUS_TENANT_HEADER is not of the form "Header-Name: value".',
    ],
  ])("is refused without repeating a value: %#", (options, message) => {
    expect(() => endpointOf(options)).toThrow(new PrometheusSettingsError(message));
  });
});
