import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import { type Bundle, bundleSchema } from "./bundle";
import { type Components, componentsSchema } from "./components";
import { type ClaimMap, DEFAULT_IDENTITY, identitySchema } from "./identity";
import { withNewerKeys } from "./newer-keys";
import { DEFAULT_PLATFORM, type Platform, platformSchema } from "./platform";
import * as sql from "./statements";

/** What was applied can't be used as it is: it was written by another version of the portal. */
export class AppliedDefinitionError extends Error {
  override name = "AppliedDefinitionError";
}

/** How long a process may go on with what it read. An apply is seen everywhere within this time. */
const CACHED_MS = 10_000;

/** One kind of document as this process knows it: asked for at most every 10 s, and parsed only when its text has changed. */
class Applied<T> {
  private asked: { untilMs: number; value: Promise<T> } | undefined;
  private parsed: { text: string | null; value: T } | undefined;

  constructor(
    private readonly readRows: () => Promise<{ text: string; newer: string | null }[]>,
    private readonly parse: (document: unknown) => T,
  ) {}

  read(): Promise<T> {
    const nowMs = performance.now();
    if (this.asked && this.asked.untilMs > nowMs) return this.asked.value;
    const value = this.ask();
    this.asked = { untilMs: nowMs + CACHED_MS, value };
    value.catch(() => this.clear()); // a failure is never kept: the next reader asks again
    return value;
  }

  /** The next reader asks. */
  clear(): void {
    this.asked = undefined;
  }

  private async ask(): Promise<T> {
    const [row] = await this.readRows();
    const text = row ? `${row.text}\n${row.newer}` : null;
    if (this.parsed?.text !== text || !this.parsed) {
      const document = row ? withNewerKeys(JSON.parse(row.text), JSON.parse(row.newer ?? "null")) : null;
      this.parsed = { text, value: this.parse(document) };
    }
    return this.parsed.value;
  }
}

/** The definitions as last applied to a database. */
export function createCatalogueStore(db: Connection = database) {
  const rowsOf = (kind: "bundle" | "platform" | "components") => () => db.rows(sql.DOCUMENT_OF, kind);
  const applied = {
    bundle: new Applied<Bundle | null>(rowsOf("bundle"), (document) => {
      if (document === null) return null;
      const result = bundleSchema.safeParse(document);
      if (result.success) return result.data;
      throw new AppliedDefinitionError(
        "The bundle in the database doesn't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH",
      );
    }),
    platform: new Applied<Platform>(rowsOf("platform"), (document) =>
      platformSchema.parse(document ?? DEFAULT_PLATFORM),
    ),
    components: new Applied<Components | null>(
      rowsOf("components"),
      (document) => componentsSchema.safeParse(document).data ?? null,
    ),
    identity: new Applied<ClaimMap>(
      () => db.rows(sql.IDENTITY),
      (document) => {
        const result = identitySchema.safeParse(document ?? DEFAULT_IDENTITY);
        if (result.success) return result.data;
        throw new AppliedDefinitionError(
          "The claim map in the database doesn't fit this version of the portal, so nobody can be let in by it.",
        );
      },
    ),
  };

  /**
   * The health bundle as last applied, at most 10 s old; null before the first apply.
   * @throws AppliedDefinitionError when it doesn't fit this version of the portal
   */
  const readBundle = (): Promise<Bundle | null> => applied.bundle.read();

  /** What the definitions say about the platform, at most 10 s old; defaults before the first apply. */
  const readPlatform = (): Promise<Platform> => applied.platform.read();

  /**
   * The platform's components as last applied, at most 10 s old; null before an apply that knew of them, and where they don't fit
   * this version of the portal: then nothing is known of them, which attribution says.
   */
  const readComponents = (): Promise<Components | null> => applied.components.read();

  /**
   * Which claims name capabilities, at most 10 s old; by OIDC_TENANT_CLAIM alone before the first apply.
   * @throws AppliedDefinitionError when it doesn't fit this version of the portal
   */
  const readIdentity = (): Promise<ClaimMap> => applied.identity.read();

  /** After an apply in this process: the next reader asks the database again. */
  function clearAppliedCache(): void {
    for (const kept of Object.values(applied)) kept.clear();
  }

  return { readBundle, readPlatform, readComponents, readIdentity, clearAppliedCache };
}

/** This process's instance. */
export const catalogueStore = createCatalogueStore();
