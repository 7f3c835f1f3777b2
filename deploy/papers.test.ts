import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import packageJson from "@/package.json";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const textAt = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");
const found = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, word = ""]) => word)),
];

/** Every source file that could make a metric. */
const sources = ["app", "lib", "alerting"].flatMap((folder) =>
  readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => /metrics\.ts$/.test(name))
    .map((name) => textAt(`${folder}/${name}`)),
);

describe.each(["docs/operating.md", "docs/privacy.md", "SECURITY.md"])("%s", (path) => {
  const text = textAt(path);

  test("names no file that there isn't", () => {
    const folders =
      "(?:alerting|app|bench|bin|components|demo|deploy|docs|drill|e2e|lib|prisma|server|testing)";
    // Built, or made by the operator.
    const own = /^deploy\/(watchpost\.env|definitions|database-password)$/;
    for (const file of found(text, new RegExp(`\`(${folders}/[\\w./-]+)\``, "g")))
      if (!own.test(file)) expect(existsSync(`${ROOT}${file}`), file).toBe(true);
  });

  test("names no command that there isn't", () => {
    for (const script of found(text, /npm run ([a-z][a-z:-]*)/g))
      expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  test("names no metric that there isn't", () => {
    for (const metric of found(text, /\b(watchpost_[a-z_]+)\b/g))
      expect(
        sources.some((source) => source.includes(`"${metric}"`)),
        metric,
      ).toBe(true);
  });
});
