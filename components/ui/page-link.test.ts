import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Links that load a document on purpose, by file. */
const DOCUMENTS: Record<string, string> = {
  "app/(portal)/error.tsx": "the page failed, and so may the router",
  "app/global-error.tsx": "even the frame failed",
  "app/not-found.tsx": "it stands outside the portal",
  "app/(public)/signed-out/page.tsx": "a session begins and ends with a document",
  "components/charts/tables-instead.tsx": "only browsers without JavaScript see it",
  "components/notices/issue-text.tsx": "a link in an issue leads outside",
  "components/thresholds/outcome-note.tsx": "the session has ended",
  "components/ui/external-link.tsx": "it leads outside",
};

test("a link to a page of the portal is a PageLink, but for those that load a document on purpose", () => {
  const files = ["app", "components"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  );
  const plain = files.filter((file) => {
    if (!file.endsWith(".tsx")) return false;
    const links = readFileSync(path.join(ROOT, file), "utf8").match(/<a\s[^>]*/g) ?? [];
    return links.some(
      (link) => /href=(\{?["'`]\/(?!api\/)|\{href\})/.test(link) && !link.includes("download"),
    );
  });
  expect(plain.toSorted()).toEqual(Object.keys(DOCUMENTS).toSorted());
});
