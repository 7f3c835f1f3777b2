import { describe, expect, test } from "vitest";
import { NOTICE_KINDS } from "@/lib/catalogue/notice-labels";
import type { NoticesView, NoticeView } from "@/lib/notices/view";
import { all, attribute, facts, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { NOW_MS } from "@/testing/views/health";
import {
  incidentView,
  NO_NOTICES,
  noticesView,
  noticeView,
  REPOSITORY_URL,
  UNREAD_NOTICES,
} from "@/testing/views/notices";
import { NOTICE_KIND_WORDS } from "./notice-words";
import { NoticesLink } from "./notices-link";
import { NoticesScreen } from "./notices-screen";
import { PlatformIssues } from "./platform-issues";

const DAY_MS = 86_400_000;
const screen = (view: NoticesView, suspectUrl: string | null = null) =>
  readable(<NoticesScreen view={view} suspectUrl={suspectUrl} />);
const item = (change: Partial<NoticeView> = {}) =>
  one(screen(noticesView({ open: [noticeView(change)] })), `[data-notice=12]`);

describe("the notices", () => {
  test("of an operator without a repository are none, and the page says why", () => {
    const page = screen(NO_NOTICES);
    expect(words(one(page, "[data-empty]"))).toBe(
      "The operator has named no repository, so there are no notices here.",
    );
    expect(named(page, "link")).toEqual([]);
  });

  test.each([
    [null, "Watchpost has not read the operator’s issues."],
    [{ code: "rate", message: "GitHub refuses for an hour." }, "GitHub refuses for an hour."],
  ])("that nobody could read are never called none (%j)", (failure, reason) => {
    const page = screen({ ...UNREAD_NOTICES, source: "unread", repositoryUrl: REPOSITORY_URL, failure });
    expect(words(page)).toContain(`${reason} This does not mean that there are none.`);
    expect(iconsIn(page)).toEqual(["unknown"]);
    expect(all(page, "[data-empty]")).toEqual([]);
    expect(named(page, "link")).toEqual(["The operator’s issues (leaves Watchpost)"]);
  });

  test("that are known and none say that nothing is asked, and as of when", () => {
    const page = screen(noticesView());
    expect(outline(page)).toEqual(["1 Notices", "2 Ahead"]);
    expect(words(page)).toContain("As of 21 Nov 14:01 CET.");
    expect(words(one(page, "[data-empty]"))).toContain("Nothing is asked of you");
  });

  test("that may be old say since when and why", () => {
    const page = screen(noticesView({ stale: "GitHub has not answered for an hour." }));
    expect(words(one(page, "[data-notices-stale=true]"))).toBe(
      "As of 21 Nov 14:01 CET, because: GitHub has not answered for an hour.",
    );
  });

  test("stand under incidents, what is ahead, and what was closed lately", () => {
    const closed = noticeView({ number: 9, title: "Old bucket", closedAtMs: NOW_MS - DAY_MS });
    const page = screen(noticesView({ open: [incidentView(), noticeView()], closed: [closed] }));
    expect(outline(page)).toEqual([
      "1 Notices",
      "2 Platform incidents",
      "3 Ingress drops requests",
      "2 Ahead",
      "3 Move to PostgreSQL 18",
      "2 Closed in the last days",
      "3 Old bucket",
    ]);
    expect(words(one(page, "[data-notice=9]"))).toContain("closed 20 Nov 14:02 CET");
  });

  test("lead to the operator where the platform looks at fault and no issue says so", () => {
    const page = screen(noticesView(), `${REPOSITORY_URL}/issues/new`);
    expect(named(page, "link")).toEqual(["Tell the operator (leaves Watchpost)"]);
  });
});

describe("a notice", () => {
  test.each(NOTICE_KINDS)("of the kind %s says in words what it is", (kind) => {
    expect(words(item({ kind }))).toContain(NOTICE_KIND_WORDS[kind]);
  });

  test("says what, by when and why, how many have moved, and where its issue is", () => {
    const notice = item();
    expect(facts(notice)).toEqual({
      What: "PostgreSQL 16 goes away.",
      "By when": "2026-12-07",
      Why: "It is no longer patched.",
    });
    expect(words(notice)).toContain("16 days left");
    expect(words(notice)).toContain("You have not moved yet.");
    expect(words(notice)).toContain("Of 15 capabilities, 12 have moved and 3 have not, says the operator.");
    expect(attribute(one(notice, "a"), "href")).toBe(`${REPOSITORY_URL}/issues/12`);
  });

  test("whose deadline lies ahead can be put into a calendar", () => {
    const offered = (change: Parameters<typeof noticeView>[0]) =>
      all(screen(noticesView({ open: [noticeView(change)] })), "a").some(
        (link) => attribute(link, "href") === "/api/calendar.ics",
      );
    expect(offered({})).toBe(true);
    expect(offered({ overdue: true })).toBe(false);
    expect(offered({ moved: true })).toBe(false);
    expect(offered({ deadlineMs: null })).toBe(false);
  });

  test("that is overdue says so in words, not in colour alone", () => {
    const notice = item({ overdue: true, daysLeft: -4 });
    expect(attribute(notice, "data-overdue")).toBe("true");
    expect(words(notice)).toContain("overdue by 3 days");
  });

  test("that the owner has acted on presses no more", () => {
    const notice = item({ moved: true, daysLeft: -4 });
    expect(words(notice)).toContain("You have moved.");
    expect(words(notice)).not.toMatch(/overdue|left/);
  });

  test("of which words were left out says so", () => {
    expect(words(item({ shortened: true }))).toContain("left out here, because they name others");
    expect(words(item())).not.toContain("left out");
  });
});

describe("the link to the notices", () => {
  const link = (view: NoticesView) => words(readable(<NoticesLink view={view} />));

  test("counts what is still asked of the owner, and what is overdue", () => {
    const open = [
      noticeView({ overdue: true }),
      noticeView({ number: 13 }),
      noticeView({ number: 15, moved: true, overdue: false }),
    ];
    expect(link(noticesView({ open }))).toBe("Notices (2) 1 overdue");
  });

  test("counts nothing that nobody could read, and says where the list is an old one", () => {
    expect(link(NO_NOTICES)).toBe("");
    expect(link(UNREAD_NOTICES)).toBe("The operator’s issues (leaves Watchpost)");
    expect(link(noticesView({ stale: "GitHub is away." }))).toBe("Notices (0) as last known");
  });
});

describe("what the operator has open about a verdict", () => {
  const issues = (
    view: NoticesView,
    { blamed = true, components = ["ingress"], suspectUrl = null as string | null } = {},
  ) =>
    readable(
      <PlatformIssues
        view={view}
        blamed={blamed}
        components={components}
        suspectUrl={suspectUrl}
        asOfMs={NOW_MS}
      />,
    );

  test("is named with its number, its age and the way to comment", () => {
    const root = issues(
      noticesView({ open: [incidentView(), incidentView({ number: 15, components: ["dns"] })] }),
    );
    expect(words(root)).toBe(
      "The operator’s open issue #14, “Ingress drops requests”, opened 20 min ago: Read it or comment (leaves Watchpost)",
    );
    expect(attribute(one(root, "a"), "href")).toBe(`${REPOSITORY_URL}/issues/14#new_comment_field`);
  });

  test("is called none only where the issues are known", () => {
    expect(words(issues(noticesView()))).toContain("No issue of the operator’s is open about it yet.");
    for (const view of [NO_NOTICES, UNREAD_NOTICES]) {
      const text = words(issues(view));
      expect(text).toContain("you need not file anything");
      expect(text).not.toContain("No issue");
    }
    expect(words(issues(UNREAD_NOTICES))).toContain("Whether an issue is open isn’t known here");
  });

  test("may be old, and then says as of when and why", () => {
    expect(words(issues(noticesView({ stale: "GitHub is away." })))).toContain(
      "The operator’s issues as of 21 Nov 14:01 CET, because: GitHub is away.",
    );
  });

  test("can be reported against the signals, where they don't point at the platform", () => {
    const suspectUrl = `${REPOSITORY_URL}/issues/new`;
    const shown = { suspectUrl, components: [] };
    expect(named(issues(noticesView(), { ...shown, blamed: false }), "link")).toEqual([
      "Report to the operator (leaves Watchpost)",
    ]);
    expect(named(issues(noticesView(), { ...shown, blamed: true }), "link")).toEqual([]);
  });
});

test("no notice is ever green: none says that all is well", () => {
  const open = NOTICE_KINDS.map((kind, index) => noticeView({ kind, number: index, moved: true }));
  expect(greenIn(screen(noticesView({ open })))).toEqual([]);
});
