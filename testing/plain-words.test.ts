import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
const ROOMS = ["app", "components", "lib", "alerting", "server", "bin", "demo", "deploy", "docs"];
/** The table itself, and the log of what was replaced. */
const QUOTING = ["docs/style.md", "CHANGELOG.md"];

/** The left column of the tables about pages, mails and papers in docs/style.md. */
function bannedForms(): string[] {
  const style = readFileSync(path.join(ROOT, "docs/style.md"), "utf8");
  const tables = style.slice(style.indexOf("## Pages and mails"), style.indexOf("## Names"));
  const rows = [...tables.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].map(([, before = ""]) => before.trim());
  return rows
    .filter((form) => form !== "before" && !form.includes("…"))
    .map((form) => form.replace(/\s*\([^)]*\)$/, ""));
}

function writtenFiles(): string[] {
  const below = ROOMS.flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: "utf8" }).map(
      (file) => `${room}/${file}`,
    ),
  );
  const top = readdirSync(ROOT).filter((file) => file.endsWith(".md"));
  return [...below, ...top].filter(
    (file) =>
      /\.(tsx?|mjs|md)$/.test(file) &&
      !/\.(test|integration|full|walk)\.tsx?$|(^|\/)node_modules\//.test(file) &&
      !QUOTING.includes(file),
  );
}

test("no page, mail, paper or comment uses a form that docs/style.md replaces", () => {
  const forms = bannedForms();
  expect(forms.length).toBeGreaterThan(25);
  const found = writtenFiles().flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8").replace(/\s+/g, " ").toLowerCase();
    return forms.filter((form) => text.includes(form.toLowerCase())).map((form) => `${file}: ${form}`);
  });
  expect(found).toEqual([]);
});
