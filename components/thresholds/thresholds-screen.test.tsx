import { describe, expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { all, attribute, cells, type Element, named, nameOf, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { NOW_MS } from "@/testing/views/health";
import { editView, historyView, ownLine, thresholdLine, thresholdsView } from "@/testing/views/thresholds";
import { ThresholdsScreen } from "./thresholds-screen";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const AWAY = new PollError("failed", "Watchpost did not answer in time.");

function screen(
  change: Parameters<typeof thresholdsView>[0] = {},
  { answer, failure, line = "latency/p95" }: { answer?: object; failure?: PollError; line?: string } = {},
) {
  const asked = answer || failure ? [{ key: ["photos", "history", line, "7d"], answer, failure }] : [];
  return readable(<ThresholdsScreen initial={thresholdsView(change)} renderedAtMs={NOW_MS} />, {
    address: `/thresholds?line=${line}`,
    asked,
  });
}
const preview = (page: Element) => words(one(page, "[data-preview]"));

const off = (line: ReturnType<typeof thresholdLine>) => ({
  ...line,
  threshold: { ...line.threshold, enabled: false, source: "owner" as const },
});
const quiet = screen();
const withHistory = screen({}, { answer: historyView() });

describe("the list of thresholds", () => {
  test("says of each line what alerts, and whether that is the owner's or the default", () => {
    const [latency, availability] = all(one(quiet, "nav[aria-label=Thresholds]"), "a").map(words);
    expect(latency).toBe("Latency p95 alert > 1 s for 5 min default");
    expect(availability).toBe("Availability alert < 99.5 % for 5 min yours");
  });

  test("marks the line that the address asks for, and the first where it asks for none that is there", () => {
    const current = (line: string) =>
      all(screen({}, { line }), "a[aria-current=true]").map((link) => attribute(link, "href"));
    expect(current("availability/availability")).toEqual(["?line=availability/availability"]);
    expect(current("latency/no-such-line")).toEqual(["?line=latency/p95"]);
  });

  test("says in words that a line is switched off, and on top that nothing is watched", () => {
    const page = screen({ lines: [off(thresholdLine()), off(ownLine())] });
    expect(all(one(page, "nav[aria-label=Thresholds]"), "a").map(words)).toEqual([
      "Latency p95 switched off yours",
      "Availability switched off yours",
    ]);
    expect(all(page, "[role=status]").map(words)[0]).toBe("Nothing is watched: every alert is switched off.");
  });

  test("is not there where nothing can be judged, and the page says so", () => {
    const page = screen({ lines: [] });
    expect(outline(page)).toEqual(["1 Thresholds", "2 Edits"]);
    expect(words(page)).toContain("The platform's definitions name no signal to judge.");
  });
});

describe("the form", () => {
  test("names every field, and ties it to what is wrong with it", () => {
    const form = one(quiet, "form");
    expect(attribute(form, "aria-label")).toBe("Latency p95");
    expect(named(form, "textbox")).toEqual(["Alert when Latency p95 is", "Alert after", "Recovery period"]);
    expect(named(form, "combobox")).toEqual([
      "Side of the value that alerts",
      "Alert after, unit",
      "Recovery period, unit",
    ]);
    for (const field of all(form, "input[inputmode=decimal]"))
      expect(attribute(field, "aria-describedby")).toContain(`${attribute(field, "id")}-problem`);
  });

  test("holds the value in the unit that it is written in", () => {
    const value = (line: string) => attribute(one(screen({}, { line }), "input[id=value]"), "value");
    expect([value("latency/p95"), value("availability/availability")]).toEqual(["1000", "99.5"]);
    expect(words(one(quiet, "form"))).toContain("ms");
  });

  test("offers the way back to the default only from an own threshold", () => {
    const buttons = (line: string) => named(screen({}, { line }), "button");
    expect(buttons("availability/availability")).toContain("Back to the default");
    expect(buttons("latency/p95")).not.toContain("Back to the default");
  });

  test("has nothing to save or to discard before a change", () => {
    const save = all(quiet, "button[type=submit]");
    expect(save.map((button) => [words(button), attribute(button, "disabled")])).toEqual([["Save", ""]]);
    expect(named(quiet, "button")).not.toContain("Discard");
  });

  test("refuses a threshold that no value can breach, by the highest bucket that the history came with", () => {
    const problem = (highest: number | null) =>
      plain(words(one(screen({}, { answer: { ...historyView(), highest } }), "[id=value-problem]")));
    expect(problem(0.5)).toContain("Enter less than 500 ms: that is the highest finite bucket");
    expect(problem(2.5)).toBe("");
    expect(problem(null)).toBe("");
  });

  test("says that the stored threshold can't be used, and what applies instead", () => {
    expect(words(screen({ lines: [thresholdLine({ unusable: true })] }))).toContain(
      "The stored threshold can't be used, so the platform's default applies.",
    );
  });
});

describe("the preview", () => {
  test("says how far it has read, and promises nothing before", () => {
    expect(preview(quiet)).toBe("");
    expect(named(quiet, "progressbar")).toEqual(["Reading the last 7 days"]);
  });

  test("says what the threshold would have done, beside the picture and as the picture's name", () => {
    const sentence = "In the last 7 days this would have alerted once, for 10 min, 2 mails.";
    expect(preview(withHistory)).toBe(sentence);
    expect(all(withHistory, "[role=img]").map((image) => plain(nameOf(image, withHistory)))).toEqual([
      `Latency p95, last 7 days. ${sentence}`,
    ]);
  });

  test("has its alerts as a table", () => {
    expect(cells(one(withHistory, "table"))).toEqual([
      ["Outside since", "Alert at", "Over at", "Lasted"],
      ["21 Nov 02:02", "21 Nov 02:07", "21 Nov 02:17", "10 min"],
    ]);
  });

  test("never says that a threshold would have kept quiet where nothing was measured", () => {
    const page = screen({}, { answer: historyView(() => null) });
    expect(preview(page)).toBe("There are no values in the last 7 days, so nothing can be said.");
    expect(words(page)).not.toContain("would not have alerted");
  });

  test("says how much of the range is known", () => {
    const page = screen({}, { answer: historyView((minute) => (minute < 1_261 ? null : 0.2)) });
    expect(words(page)).toContain("There are values for 3 h of these 7 days");
  });

  test("says why there is no history, and offers to try again", () => {
    const page = screen({}, { failure: AWAY });
    expect(words(one(page, "section[aria-label=Preview]"))).toContain(
      "The history could not be loaded Watchpost did not answer in time. Try again",
    );
    expect(preview(page)).toBe("");
  });
});

describe("the audit trail", () => {
  const many = screen({
    edits: [
      ...Array.from({ length: 10 }, (_, index) => editView({ id: `${index}`, undoable: index === 0 })),
      editView({ id: "gone", line: null, undoable: false, preview: null }),
    ],
  });

  test("says who changed what, when, from what, and what the preview said then", () => {
    const [edit] = all(screen({ edits: [editView()] }), "li[data-edit=latency/p95]").map(words);
    expect(edit).toBe(
      "Latency p95: > 2 s for 5 min, resolves after 5 min Before: platform's default 21 Nov 13:02 CET · " +
        "owner@photos.example · would have alerted twice, longest 10 min, 4 mails in the 7 days before " +
        "Undo the edit of Latency p95",
    );
  });

  test("offers to undo the newest edit of a line, and no other", () => {
    expect(named(many, "button").filter((name) => name.startsWith("Undo"))).toEqual([
      "Undo the edit of Latency p95",
    ]);
  });

  test("folds away all but ten, and keeps an edit of a line that is gone", () => {
    expect(named(many, "summary")).toContain("1 earlier");
    expect(words(many)).toContain("A signal that is no longer judged: on");
  });

  test("says that nobody has changed anything", () => {
    expect(words(quiet)).toContain("Nobody has changed a threshold yet.");
  });
});
