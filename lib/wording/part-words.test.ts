import { expect, test } from "vitest";
import { partInWords } from "./part-words";

test.each([
  [["namespace", "pod", "container"], ["photos", "photos-0", "db"], "container db of pod photos-0"],
  [["namespace", "persistentvolumeclaim"], ["photos", "data"], "volume data"],
  [["job", "instance"], ["blackbox", "https://photos.example"], "target https://photos.example"],
  [["namespace"], ["photos"], "namespace photos"],
  [
    ["namespace", "pod", "container", "reason"],
    ["photos", "photos-0", "db", "OOMKilled"],
    "container db of pod photos-0, reason OOMKilled",
  ],
  [
    ["namespace", "pod", "container", "reason"],
    ["photos", "photos-0", "db", ""],
    "container db of pod photos-0",
  ],
  [["ingress", "path"], ["photos-web", "/albums/:id"], "route /albums/:id of ingress photos-web"],
  [["shard"], ["7"], "shard 7"],
  [["namespace", "pod"], ["", ""], "a part without a name"],
  [["pod", "container"], ["photos-0\u202e", "\u200b\u3164"], "pod photos-0"],
])("a part named by %j as %j is “%s”", (by, name, words) => {
  expect(partInWords(by, name)).toBe(words);
});

test("a name of any length is cut", () => {
  expect(partInWords(["pod"], ["x".repeat(10_000)]).length).toBeLessThan(100);
});
