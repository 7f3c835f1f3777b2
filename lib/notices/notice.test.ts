import { describe, expect, test } from "vitest";
import { issueLabelsSchema } from "@/lib/catalogue/notice-labels";
import { formFields, tasksOf } from "./form";
import { parseIssues } from "./issue";
import { CONTEXT, issue, notice } from "./issue.fixture";
import { noticeOf } from "./notice";

const FORM = `### Tenant

photos

### What falls behind

Your database runs PostgreSQL 14.

### New version

18

### Deadline

2026-04-01

### Why

_No response_
`;

describe("an issue", () => {
  test.each([
    ["eviction", ["eviction"]],
    ["update-required", ["Platform Update Required", "bug"]],
    ["contract-change", ["platform contract change"]],
    ["incident", ["platform incident", "component:ingress"]],
    ["eviction", ["platform incident", "eviction"]],
  ])("is a notice of kind %s by its labels %j, in whatever case", (kind, labels) => {
    expect(noticeOf(issue({ labels }), CONTEXT)?.kind).toBe(kind);
  });

  test("without one of the labels is no notice, whatever it says", () => {
    expect(noticeOf(issue({ labels: ["bug"], body: FORM, title: "platform incident" }), CONTEXT)).toBeNull();
  });

  test("is known by the operator's own labels", () => {
    const labels = issueLabelsSchema.parse({ incident: "outage", tenantPrefix: "for/" });
    const read = noticeOf(issue({ labels: ["outage", "for/tickets"] }), { ...CONTEXT, labels });
    expect(read).toMatchObject({ kind: "incident", tenants: ["tickets"] });
  });

  test("gives its form's fields, without those that were left empty and without anything beside them", () => {
    const { fields, deadlineMs } = notice({ body: `Internal: do not show.\n\n${FORM}### Notes\n\nsecret` });
    expect(Object.keys(fields).sort()).toEqual(["deadline", "version", "what"]);
    expect(JSON.stringify(fields)).not.toMatch(/secret|Internal/);
    expect(deadlineMs).toBe(Date.UTC(2026, 3, 2));
  });

  test("shows nothing that hides or turns what follows, and keeps its lines and their indentation", () => {
    const { title, fields } = notice({
      title: "Up\u202edate\u3164 now",
      body: "### What\n\nOne\u202e two\u200b three\n\n  -\tsub\u2800item  x\n",
    });
    expect(title.map(({ text }) => text)).toEqual(["Up date now"]);
    expect(fields.what?.map(({ text }) => text)).toEqual(["One  two  three", "", "  -\tsub item  x"]);
  });

  test("names its components by label", () => {
    const labels = ["platform incident", "component:storage", "Component:Ingress", "component:"];
    expect(notice({ labels }).components).toEqual(["ingress", "storage"]);
  });
});

describe("whom it concerns", () => {
  const label = ["platform update required"];
  test.each([
    ["a label", [...label, "tenant:photos"], "", ["photos"]],
    ["several labels", [...label, "tenant:photos", "tenant:tickets"], "", ["photos", "tickets"]],
    ["a form field by id", label, "### Tenant\n\nphotos", ["photos"]],
    ["a form field by name", label, "### Capability\n\nPhoto Library", ["photos"]],
    ["a list with bullets", label, "### Tenants\n\n- `photos`\n- tickets", ["photos", "tickets"]],
    ["a list with commas", label, "### Tenants\r\n\r\nphotos, tickets\r\n", ["photos", "tickets"]],
    ["a list to tick", label, "### Tenants\n\n- [x] photos\n- [ ] tickets", ["photos", "tickets"]],
    ["the word all", label, "### Tenants\n\nAll tenants", "every"],
    ["the label for all", [...label, "all tenants"], "", "every"],
    ["nothing: an update is nobody's", label, "Text about photos.", []],
    ["nothing: an eviction is nobody's", ["eviction"], "", []],
    ["nothing: an incident is everybody's", ["platform incident"], "", "every"],
    ["nothing: a contract change is everybody's", ["platform contract change"], "", "every"],
    ["a name that nobody has: nobody, never all", ["platform incident", "tenant:fotos"], "", []],
    ["a name that nobody has in a field", ["platform contract change"], "### Tenant\n\nfotos", []],
    ["one field out of many that is quoted in code", label, "```\n### Tenant\n\nphotos\n```", []],
  ])("is named by %s", (_how, labels, body, tenants) => {
    expect(notice({ labels, body }).tenants).toEqual(tenants);
  });

  test("is named by id where one tenant's name is another's id", () => {
    const tenants = [
      { id: "a", name: "b" },
      { id: "b", name: "c" },
    ];
    const read = noticeOf(issue({ labels: ["eviction", "tenant:b"] }), { ...CONTEXT, tenants });
    expect(read?.tenants).toEqual(["b"]);
  });
});

describe("whether a tenant has moved", () => {
  const list = "### Tenants\n\n- [x] photos\n- [ ] Ticket Desk\n";
  test("is shown by the umbrella's ticks", () => {
    expect(notice({ body: list }).moved).toEqual({ photos: true, tickets: false });
  });
  test.each([
    ["is not while an issue of its own is open", true, "", false],
    ["is when that is closed", false, "", true],
    ["is shown by a field that says so", true, "### State\n\nmoved", true],
    ["is shown by a field that says not", false, "### State\n\nnot moved", false],
  ])("%s", (_what, open, body, moved) => {
    const labels = ["platform update required", "tenant:photos"];
    expect(notice({ open, labels, body }).moved).toEqual({ photos: moved });
  });
  test("isn't known of an issue for everybody without ticks", () => {
    expect(notice({ labels: ["platform contract change"] }).moved).toEqual({});
  });
});

describe("the umbrella's counts", () => {
  test.each([
    ["two fields", "### Moved\n\n12\n\n### Not moved\n\n3", null, { moved: 12, notMoved: 3 }],
    ["a share", "### Moved\n\n12 of 15", null, { moved: 12, notMoved: 3 }],
    ["the ticks", "### Tenants\n\n- [x] photos\n- [ ] tickets", null, { moved: 1, notMoved: 1 }],
    ["the issues below it", "", { total: 5, completed: 2 }, { moved: 2, notMoved: 3 }],
    ["nothing", "", null, null],
    ["a share that can't be, which counts as nothing", "### Moved\n\n16 of 15", null, null],
    ["words, which count as nothing", "### Moved\n\nmost\n\n### Not moved\n\n3", null, null],
  ])("come from %s", (_what, body, subIssues, counts) => {
    expect(notice({ body, subIssues }).counts).toEqual(counts);
  });
});

describe("GitHub's list", () => {
  const answer = {
    number: 1,
    title: "T",
    body: null,
    html_url: "https://github.com/acme/infra/issues/1",
    state: "open",
    labels: [{ name: "eviction" }, "old form", { name: null }],
    created_at: "2026-03-01T00:00:00Z",
    updated_at: "2026-03-02T00:00:00+01:00",
    closed_at: null,
  };
  test("is parsed, without the pull requests in it", () => {
    expect(parseIssues([answer, { ...answer, number: 2, pull_request: {} }])).toMatchObject([
      {
        number: 1,
        body: "",
        open: true,
        labels: ["eviction", "old form"],
        closedAtMs: null,
        subIssues: null,
      },
    ]);
  });
  test.each([
    ["an object", { message: "Not Found" }],
    ["a link that runs a script", [{ ...answer, html_url: "javascript:alert(1)" }]],
    ["a number that is a text", [{ ...answer, number: "1" }]],
    ["a time that is none", [{ ...answer, created_at: "yesterday" }]],
  ])("is refused where it is %s", (_what, list) => {
    expect(parseIssues(list)).toBeNull();
  });
});

test("a form's field that stands twice counts once, the first time, whatever ends its lines", () => {
  expect([...formFields("### Why?\r\rone\r### why\r\rtwo")]).toEqual([["why", "one"]]);
});

test("ticks are found with any bullet and any indent", () => {
  expect(tasksOf("* [X] a\n  + [ ] b\n- [y] c\n[x] d")).toEqual([
    { done: true, text: "a" },
    { done: false, text: "b" },
  ]);
});

test("a title is one line, whatever it was", () => {
  expect(notice({ title: "A\u2028B\u0000\nC" }).title[0]?.text).toBe("A B C");
});
