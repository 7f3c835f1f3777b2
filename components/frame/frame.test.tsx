import { expect, test } from "vitest";
import { all, attribute, named, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn } from "@/testing/status-icons";
import { IN_PHASE } from "@/testing/views/eviction";
import { alertingView, degradedView } from "@/testing/views/health";
import { AccountMenu } from "./account-menu";
import { AlertingBanner } from "./alerting-banner";
import { Header } from "./header";
import { Navigation } from "./navigation";
import { PublicCard } from "./public-card";

const banner = (alerting: ReturnType<typeof alertingView> | null) =>
  readable(<AlertingBanner />, { frame: { alerting, leaving: IN_PHASE.live } });

test("every page warns of a broken chain: since when, which link, why", () => {
  const root = banner(degradedView("relay", "The relay has not answered for 10 min."));
  expect(words(one(root, "section"))).toBe(
    "Alerting is degraded since 21 Nov 13:52 CET: no alert doesn’t mean healthy. relay: The relay has not answered for 10 min. E-mail may be late or lost. The health page shows the state now.",
  );
  expect(words(one(root, "[role=status]"))).toBe("Alerting is degraded: relay.");
  expect(named(root, "region")).toEqual(["Alerting is degraded"]);
  expect(greenIn(root)).toEqual([]);
});

test("a broken link without a reason is named all the same", () => {
  expect(words(banner(degradedView("queue", null)))).toContain("queue: It does not work.");
});

test.each([
  ["every link works", alertingView()],
  ["no alerts are sent", null],
])("nothing is said on every page where %s, and the status region is there already", (_, alerting) => {
  const root = banner(alerting);
  expect(words(root)).toBe("");
  expect(attribute(one(root, "[role=status]"), "aria-live")).toBe("polite");
});

test.each([
  ["/", "Health"],
  ["/signals/latency", "Health"],
  ["/alerts", "Alerts"],
  ["/alerts/0b5e", "Alerts"],
  ["/alertsomething", null],
  ["/leaving", "Export"],
])("at %s the navigation marks %s as the present page", (address, title) => {
  const root = readable(<Navigation hasMigrations={false} />, { address });
  expect(all(root, "[aria-current=page]").map(words)).toEqual(title ? [title] : []);
});

test("the header leads past itself to the content first, then home, and names the capability", () => {
  const root = readable(
    <Header capability="Photo Library" owner="owner@photos.example" hasMigrations={false} />,
  );
  const [skip, home] = all(root, "a");
  expect(skip && attribute(skip, "href")).toBe("#main");
  expect(home && words(home)).toContain("Photo Library");
  expect(home && attribute(home, "href")).toBe("/");
});

test("signing out is a form that needs no script", () => {
  const root = readable(<AccountMenu owner="owner@photos.example" />);
  expect(words(root)).toContain("Signed in as owner@photos.example");
  const form = one(root, "form");
  expect([attribute(form, "method"), attribute(form, "action")]).toEqual(["post", "/sign-out"]);
  expect(named(form, "button")).toEqual(["Sign out"]);
});

test("the page of migrations is in the navigation of those who have one, and of whoever is there", () => {
  const entries = (hasMigrations: boolean, address = "/") =>
    named(readable(<Navigation hasMigrations={hasMigrations} />, { address }), "link");
  expect(entries(true)).toContain("Migration");
  expect(entries(false)).not.toContain("Migration");
  expect(entries(false, "/migration")).toContain("Migration");
});

test("a page outside the portal has one heading, and its actions where there are any", () => {
  const root = readable(
    <PublicCard title="Signed out" actions={<button type="button">Sign in</button>}>
      <p>You are signed out.</p>
    </PublicCard>,
  );
  expect(named(root, "heading")).toEqual(["Signed out"]);
  expect(words(root)).toMatch(/Signed out You are signed out\. Sign in$/);
});
