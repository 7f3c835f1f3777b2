import { readFile } from "node:fs/promises";
import path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";

const words = z.string().trim().min(1);

const signInStep = z.union([
  z.strictObject({ fill: words.describe("a field's label"), with: z.string() }),
  z.strictObject({
    fill: words.describe("a field's label"),
    secret: words.describe("the environment variable that holds what is filled in"),
  }),
  z.strictObject({ click: words.describe("a button's or a link's name") }),
]);
export type SignInStep = z.infer<typeof signInStep>;

const planSchema = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
    .describe("the canary's id; it must stand for nobody else, because it is deleted"),
  signIn: z.array(signInStep).min(1).describe("what its owner does on the provider's page"),
  alert: z
    .strictObject({
      line: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
      value: z.number().finite(),
      forSeconds: z.int().min(0),
      recoverForSeconds: z.int().min(0),
    })
    .describe("the threshold that its owner sets, and that breaking it crosses"),
  commands: z.strictObject({
    apply: words.describe("hosts the canary, and applies its definition"),
    break: words.describe("breaks it, so that the line of `alert` crosses its threshold"),
    repair: words.describe("ends that; it may be run when nothing is broken"),
    cutRelay: words.describe("keeps the portal from its mail relay"),
    joinRelay: words.describe("ends that; it may be run when nothing is cut"),
    mails: words.describe(
      "writes the mails of its owner into the folder DRILL_MAILS, one file ending in .eml each",
    ),
    remove: words.describe("has the portal delete the tenant; it may be run when there is none"),
    left: words.describe("ends with 0 when nothing in the database names DRILL_TENANT, else says what does"),
  }),
});

export type DrillCommand = keyof z.infer<typeof planSchema>["commands"];
/** How the drill goes about its work on one platform. Times in seconds, the threshold's value in the line's own unit. */
export type DrillPlan = z.infer<typeof planSchema> & {
  /** Where the commands run. */
  folder: string;
};

export class PlanError extends Error {
  override name = "PlanError";
}

/**
 * Reads a plan, and sees to it that every secret it names is there before anything begins.
 * @throws PlanError with a line for each problem, by file and line
 */
export async function readPlan(
  file: string,
  environment: Record<string, string | undefined>,
): Promise<DrillPlan> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new PlanError(`${file} can't be read. Name the drill's plan with --plan.`);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error)
    throw new PlanError(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]}`);
  const parsed = planSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) => {
      const node = document.getIn(at, true) as { range?: [number] } | undefined;
      const line = node?.range ? lines.linePos(node.range[0]).line : 1;
      return `${file}:${line}: ${at.join(".") || "the plan"}: ${message}`;
    });
    throw new PlanError(problems.join("\n"));
  }
  const missing = parsed.data.signIn.flatMap((step) =>
    "secret" in step && !environment[step.secret] ? [step.secret] : [],
  );
  if (missing.length > 0)
    throw new PlanError(`${file} signs in with what is in ${missing.join(" and ")}, which isn't set.`);
  return { ...parsed.data, folder: path.dirname(path.resolve(file)) };
}
