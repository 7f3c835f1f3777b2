import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TENANT_ID } from "@/lib/tenant/scope";
import { anyText } from "@/testing/any-text";
import { scopeToTenant } from "./scope";
import { SCOPE_CASES } from "./scope.cases";
import { anyQuery } from "./scope.grammar";
import { readQuery } from "./syntax";
import { UnscopableQueryError } from "./unscopable";

const photos = { label: "tenant", value: "photos" };

function reasonOf(promql: string, confinement = photos): string {
  try {
    return `scoped: ${scopeToTenant(promql, confinement)}`;
  } catch (error) {
    if (error instanceof UnscopableQueryError) return error.reason;
    throw error;
  }
}

for (const [group, cases] of Object.entries(SCOPE_CASES)) {
  describe(group, () => {
    for (const row of cases) {
      const text = JSON.stringify(row.promql.slice(0, 80));
      if ("scoped" in row) {
        test(`confines ${text}`, () => expect(scopeToTenant(row.promql, photos)).toBe(row.scoped));
      } else {
        test(`refuses ${text} as ${row.refused}`, () => expect(reasonOf(row.promql)).toBe(row.refused));
      }
    }
  });
}

describe("the tenant", () => {
  test.each([
    "",
    "Photos",
    "pho tos",
    'x"} or up{a="',
    "photos\n",
    "-photos",
    "photos-",
    "a".repeat(64),
    "ü",
  ])("refuses %j as a tenant id", (value) =>
    expect(reasonOf("up", { label: "tenant", value })).toBe("value"),
  );

  test.each(["", "__name__", "__tenant", "ten ant", 'a"', "1a", "tenant\n", "ü"])(
    "refuses %j as a label",
    (label) => expect(reasonOf("up", { label, value: "photos" })).toBe("label"),
  );

  test("goes by whatever the label is called", () => {
    expect(scopeToTenant('up{tenant="photos"}', { label: "by", value: "photos" })).toBe(
      'up{tenant="photos",by="photos"}',
    );
    expect(reasonOf('label_replace(up, "by", "x", "", "")', { label: "by", value: "photos" })).toBe(
      "forged-label",
    );
  });

  test("never answers for one tenant with what it remembers of another", () => {
    const both = ["photos", "tickets", "photos"].map((value) =>
      scopeToTenant("up", { label: "tenant", value }),
    );
    expect(both).toEqual(['up{tenant="photos"}', 'up{tenant="tickets"}', 'up{tenant="photos"}']);
    expect(scopeToTenant("up", { label: "owner", value: "photos" })).toBe('up{owner="photos"}');
    scopeToTenant("up\n+ up", photos);
    expect(reasonOf("+ up", { label: "tenant", value: "photos\nup" })).toBe("value");
  });
});

test("takes a label of Prometheus 3 to write to, whose name says what it is", () => {
  const written = 'label_replace(up, "kind.of", "x", "", "")';
  expect(scopeToTenant(written, photos)).toBe(written.replace("up", 'up{tenant="photos"}'));
});

describe("a refusal", () => {
  test("says in one sentence what is wrong and where", () => {
    const refusal = (promql: string) => {
      try {
        scopeToTenant(promql, photos);
      } catch (error) {
        return error;
      }
    };
    expect(refusal("up +")).toMatchObject({
      reason: "syntax",
      at: 4,
      message: "The query can't be read as PromQL at its end.",
    });
    expect(refusal("sum(info(up))")).toMatchObject({
      message: 'The query uses "info", which can\'t be confined to a tenant.',
      at: 4,
    });
    expect(refusal('label_replace(up, "tenant", "x", "", "")')).toMatchObject({
      message: 'The query writes the label "tenant", which says whose a series is, with label_replace().',
    });
  });
});

describe("any query of the grammar", () => {
  test("has the matcher on every selector, keeps what it had, and stays as it is when scoped again", () => {
    fc.assert(
      fc.property(anyQuery, ({ promql, selectors }) => {
        const scoped = scopeToTenant(promql, photos);
        const read = readQuery(scoped, photos).selectors;
        expect(read).toHaveLength(selectors);
        expect(read.every((selector) => selector.confined)).toBe(true);
        expect(scopeToTenant(scoped, photos)).toBe(scoped);
        const unscoped = scoped.replaceAll(/(,)?tenant="photos"/g, "").replaceAll("{}", "");
        expect(unscoped).toBe(promql.replaceAll(/(,)?tenant="photos"/g, "").replaceAll("{}", ""));
      }),
      { numRuns: 1_000 },
    );
  });

  test("with comments and carriage returns means the same, and is as confined", () => {
    const between = fc.constantFrom("\r\n", " # or up\n", '\t# {tenant="tickets"}\r', "#\n");
    fc.assert(
      fc.property(anyQuery, anyQuery, between, between, (a, b, before, after) => {
        const words = (promql: string) => scopeToTenant(promql, photos).replaceAll(/\s+/g, " ").trim();
        const plain = words(`(${a.promql}) + (${b.promql})`);
        const odd = words(`${before}(${a.promql})${after} +${before}(${b.promql})${after}`);
        expect(odd.replaceAll(/\) ?\+ ?\(/g, ") + (")).toBe(plain.replaceAll(/\) ?\+ ?\(/g, ") + ("));
        expectRefusedOrConfined(`${a.promql.replaceAll(" ", before)}${after}`);
      }),
      { numRuns: 1_000 },
    );
  });

  test("cut short, spliced or sprinkled with odd characters, it is either refused or wholly confined", () => {
    const odd = fc.constantFrom(
      '"',
      "'",
      "`",
      "{",
      "}",
      "#",
      "\r",
      "\n",
      "\\",
      ",",
      "(",
      ")",
      "[",
      "]",
      "\u00a0",
      "or",
    );
    fc.assert(
      fc.property(
        anyQuery,
        anyQuery,
        odd,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, splice, share) => {
          const at = Math.floor(a.promql.length * share);
          expectRefusedOrConfined(a.promql.slice(0, at) + splice + a.promql.slice(at));
          expectRefusedOrConfined(a.promql.slice(0, at) + splice + b.promql.slice(at));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("any text", () => {
  const words = fc.constantFrom(
    ..."up sum by ( ) { } [ ] , tenant = != =~ !~ \"photos\" 'x' `y` + - or on ignoring group_left offset @ 5m : # \\ \n 1".split(
      " ",
    ),
  );
  test("is either refused or wholly confined", () => {
    fc.assert(fc.property(anyText({ maxLength: 60 }), expectRefusedOrConfined), {
      numRuns: 1_000,
    });
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 16 }).map((all) => all.join(" ")),
        expectRefusedOrConfined,
      ),
      {
        numRuns: 3_000,
      },
    );
  });

  test("of the greatest length and depth is handled without falling over", () => {
    expectRefusedOrConfined(`${"(".repeat(4_990)}up${")".repeat(4_990)}`);
    expectRefusedOrConfined("-".repeat(9_998));
    expectRefusedOrConfined("(".repeat(10_000));
    expectRefusedOrConfined(`up{a="${"\\\\".repeat(4_900)}"}`);
    expectRefusedOrConfined(Array(1_500).fill("up").join(" + "));
  });
});

function expectRefusedOrConfined(promql: string) {
  const outcome = reasonOf(promql);
  if (!outcome.startsWith("scoped: ")) return;
  const read = readQuery(outcome.slice("scoped: ".length), photos);
  expect(read.selectors.every((selector) => selector.confined)).toBe(true);
  expect(read.selectors).toHaveLength(readQuery(promql, photos).selectors.length);
}

test("takes every tenant id that the pattern allows", () => {
  fc.assert(
    fc.property(fc.stringMatching(TENANT_ID), (value) => {
      expect(scopeToTenant("up", { label: "tenant", value })).toBe(`up{tenant="${value}"}`);
    }),
  );
});
