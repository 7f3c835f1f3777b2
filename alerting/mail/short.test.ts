import { expect, test } from "vitest";
import { EXAMPLES } from "./examples.fixture";
import { renderedExample } from "./mail.fixture";
import { shortMail } from "./short";

test.each(Object.entries(EXAMPLES))(
  "says in a few words what the whole mail says, under its subject: %s",
  async (name, facts) => {
    const { subject, text } = shortMail(facts, facts.links.alert ?? facts.links.health);
    expect(subject).toBe((await renderedExample(name)).subject);
    expect(text).toContain(facts.capability.name);
    expect(text).toContain(facts.links.alert ?? facts.links.health);
    expect(text.length).toBeLessThan(700);
    expect(text).not.toMatch(/undefined|null|\u00a0/);
  },
);
