import { expect, test } from "vitest";
import { answering } from "./answering";

const asked = new Request("http://127.0.0.1/api/thresholds", { method: "PUT" });
const failing = (error: unknown) =>
  answering("/api/thresholds", async () => {
    throw error;
  })(asked, {});

/** As the driver says it, and as Prisma does (lib/infra/tenant-gone.integration.ts provokes both). */
const violating = (constraint: string): [string, Error][] => [
  ["the pool", Object.assign(new Error("violates foreign key"), { code: "23503", constraint })],
  [
    "Prisma",
    Object.assign(new Error("Foreign key constraint violated"), {
      code: "P2003",
      meta: {
        driverAdapterError: {
          cause: { kind: "ForeignKeyConstraintViolation", constraint: { index: constraint } },
        },
      },
    }),
  ],
];

test.each(violating("threshold_edit_tenant_id_fkey"))(
  "refuses what was under way when its tenant was deleted, as %s says it, and doesn't call that a fault",
  async (_, error) => {
    const response = await failing(error);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: { code: "deleted", message: expect.stringContaining("nothing was saved") },
    });
  },
);

test.each(violating("bounce_mail_id_fkey"))(
  "calls another foreign key's violation a fault of the portal's, as %s says it",
  async (_, error) => {
    expect((await failing(error)).status).toBe(500);
  },
);

test("calls everything else a fault of the portal's, without its words", async () => {
  const response = await failing(Object.assign(new Error("secret"), { code: "23505" }));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
});
