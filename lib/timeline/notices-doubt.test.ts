import { expect, test } from "vitest";
import { NO_NOTICES, noticesView, UNREAD_NOTICES } from "@/testing/views/notices";
import { noticesDoubt } from "./notices-doubt";

test("notices that nobody has read are in doubt, as those are that may be old", () => {
  expect(noticesDoubt(UNREAD_NOTICES)).toBe("Watchpost has not read the operator’s issues.");
  expect(noticesDoubt(noticesView({ stale: "GitHub is away." }))).toBe("GitHub is away.");
  const failure = { code: "rate", message: "GitHub refuses." };
  expect(noticesDoubt({ source: "unread", repositoryUrl: "https://git.example", failure })).toBe(
    "GitHub refuses.",
  );
});

test("notices as of now are in no doubt, and neither are those of an operator who has no repository", () => {
  expect([noticesDoubt(noticesView()), noticesDoubt(NO_NOTICES)]).toEqual([null, null]);
});
