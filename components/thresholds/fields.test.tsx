import { expect, test } from "vitest";
import { attribute, named, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { DurationField, Field, NumberInput } from "./fields";

const value = (problem?: string) =>
  readable(
    <Field id="value" label="Alert when latency is" problem={problem}>
      <NumberInput id="value" text="1" invalid={problem !== undefined} onText={() => {}} />
    </Field>,
  );
const hold = (problem?: string) =>
  readable(
    <DurationField
      id="hold"
      label="Alert after"
      hint="How long it must stay so."
      duration={{ text: "5", unit: "min" }}
      problem={problem}
      onDuration={() => {}}
    />,
  );

test("a field's problem is tied to it, and marks it as invalid", () => {
  const root = value("Give a number.");
  const input = one(root, "input");
  expect(attribute(input, "aria-invalid")).toBe("true");
  expect(attribute(input, "aria-describedby")).toBe("value-problem");
  expect(words(one(root, "[id=value-problem]"))).toBe("Give a number.");
});

test("a field is described only by what is there: its hint, and the place of its problem", () => {
  expect(attribute(one(value(), "input"), "aria-describedby")).toBe("value-problem");
  expect(attribute(one(hold(), "input"), "aria-describedby")).toBe("hold-hint hold-problem");
});

test("a duration has a name for its number and one for its unit", () => {
  expect(named(hold(), "textbox")).toEqual(["Alert after"]);
  expect(named(hold(), "combobox")).toEqual(["Alert after, unit"]);
});
