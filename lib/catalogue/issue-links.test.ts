import { expect, test } from "vitest";
import { modifyIssueUrl } from "./issue-links";

test("a modify issue's address has the template and the title filled in, with names escaped", () => {
  const url = new URL(
    modifyIssueUrl("https://git.example/ops/infra/", { id: "photos", name: "Photos & Co" }),
  );
  expect(url.origin + url.pathname).toBe("https://git.example/ops/infra/issues/new");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    template: "modify-my-capability.yml",
    title: "Modify my capability: Photos & Co (photos)",
  });
});
