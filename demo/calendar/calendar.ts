import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { type Eviction, evictionAndExportSchema } from "@/lib/catalogue/eviction";
import { evictionPhase } from "@/lib/eviction/phase";
import { type AppliedPlace, applyByCommand } from "../apply-definitions";
import { type CalendarChange, CalendarRefused, evictionAt, LEAVING_TENANT, standingWords } from "./steps";

const tenantSchema = z.object({ timeZone: z.string(), leaving: evictionAndExportSchema });

/**
 * Puts the clock of the tenant that leaves ahead, or back: it moves the dates in its definition the other way and applies the
 * definitions by the operator's own command. The portal's clock is never touched.
 */
export class Calendar {
  readonly #file: string;

  constructor(private readonly place: AppliedPlace) {
    this.#file = path.join(place.definitionsDir, "tenants", `${LEAVING_TENANT}.yaml`);
  }

  /** Where the tenant stands by its definition, in words. */
  async standing(nowMs: number): Promise<string> {
    const { timeZone, eviction } = definitionIn(await readFile(this.#file, "utf8"));
    return standingWords(eviction, timeZone, nowMs);
  }

  /**
   * @returns where the tenant stands then, in words
   * @throws CalendarRefused when the definitions can't be applied; then they are as they were
   */
  async turnTo(change: CalendarChange, nowMs: number): Promise<string> {
    const before = await readFile(this.#file, "utf8");
    const { timeZone, eviction } = definitionIn(before);
    const { issueUrl } = eviction;
    const dates = evictionAt(change, nowMs);
    const document = parseDocument(before);
    document.setIn(["leaving", "eviction"], document.createNode({ ...dates, issueUrl }));
    await this.#write(document.toString());
    try {
      await this.#apply(evictionPhase({ ...dates, issueUrl }, timeZone, nowMs).kind === "deleted");
    } catch (error) {
      await this.#write(before);
      throw error;
    }
    return this.standing(nowMs);
  }

  /** Moved into place whole: a command that applies it meanwhile never reads half of it. */
  async #write(text: string): Promise<void> {
    await writeFile(`${this.#file}.new`, text);
    await rename(`${this.#file}.new`, this.#file);
  }

  /** @param deletes whether what is held about the tenant is to be deleted now, for which the command needs an option */
  async #apply(deletes: boolean): Promise<void> {
    await applyByCommand(this.place, deletes ? ["--delete", LEAVING_TENANT] : []).catch((error: Error) => {
      throw new CalendarRefused(error.message);
    });
  }
}

function definitionIn(text: string): { timeZone: string; eviction: Eviction } {
  const { timeZone, leaving } = tenantSchema.parse(parseDocument(text).toJS());
  if (!leaving.eviction)
    throw new CalendarRefused(`The definition of ${LEAVING_TENANT} announces no eviction.`);
  return { timeZone, eviction: leaving.eviction };
}
