import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { OPERATIONS } from "@/lib/views/api/operations";
import { openapiText } from "./openapi";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

test("docs/openapi.yaml is what the contracts say; npx tsx bin/openapi.ts writes it", () => {
  expect(readFileSync(`${ROOT}docs/openapi.yaml`, "utf8")).toBe(openapiText());
});

test("the API's document names every route of an owner, with its methods, and no other", () => {
  const routes = readdirSync(`${ROOT}app/api`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("route.ts"))
    .flatMap((file) => {
      const text = readFileSync(`${ROOT}app/api/${file}`, "utf8");
      const path = `/api/${file
        .replace(/\/route\.ts$/, "")
        .replaceAll("[", "{")
        .replaceAll("]", "}")}`;
      return [...text.matchAll(/export const (GET|POST|PUT|PATCH|DELETE) = ownersRoute/g)].map(
        ([, method = ""]) => `${method.toLowerCase()} ${path}`,
      );
    });
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.sort()).toEqual(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort());
});
