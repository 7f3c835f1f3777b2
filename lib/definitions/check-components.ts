import { dependentsQuery, statesQuery } from "@/lib/catalogue/component-queries";
import { CANARY, type Component, type Components } from "@/lib/catalogue/components";
import { groupingProblem } from "@/lib/promql/grouping";
import { fillPlaceholders } from "@/lib/promql/placeholders";
import { platformQuery, RevealingQueryError } from "@/lib/promql/platform-query";
import { scopeToTenant, tenantReaders, UnscopableQueryError } from "@/lib/promql/scope";
import { collisionProblem } from "@/lib/promql/unique";
import { type Path, quote } from "./problem";

type Finding = { path: Path; message: string };

/** Stands for any tenant while a query is tried. */
const SOME_TENANT = "some-tenant";

/**
 * Judges components that have the right shape: every query is filled in and proven just as the portal and the evaluator will use
 * it, by itself and joined with the others.
 * @param tenantLabel the name of the tenant label (TENANT_LABEL)
 * @returns what is wrong, each with its path; empty when nothing is
 */
export function checkComponents(
  definition: Components,
  { tenantLabel: label }: { tenantLabel: string },
): Finding[] {
  const options = { label, windowSeconds: definition.windowSeconds };
  const findings: Finding[] = definition.components.flatMap((component, index) =>
    [
      ...shapeProblems(component, definition.components.slice(0, index)),
      ...queryProblems(component, options),
    ].map(({ path, message }) => ({ path: ["components", index, ...path], message })),
  );
  if (definition.podLosses !== undefined)
    findings.push(...tenantQueryProblem(["podLosses"], definition.podLosses, options));
  return findings.length > 0 ? findings : joinedProblems(definition, options);
}

type Options = { label: string; windowSeconds: number };

function shapeProblems({ id, part, dependents }: Component, before: readonly Component[]): Finding[] {
  const findings: Finding[] = [];
  if (before.some((other) => other.id === id))
    findings.push({ path: ["id"], message: `${quote(id)} is the id of another component.` });
  if (part !== undefined && dependents === undefined)
    findings.push({
      path: ["part"],
      message:
        "names parts, but without dependents it isn't known which of them a tenant uses. Write both or neither.",
    });
  if (id === CANARY && (part !== undefined || dependents !== undefined))
    findings.push({
      path: [],
      message: "is the canary, which has no parts and no dependents: it stands for the whole platform.",
    });
  return findings;
}

function queryProblems({ id, part, state, dependents }: Component, options: Options): Finding[] {
  const only = part === undefined ? [] : [part];
  const canary = id === CANARY ? CANARY : null;
  const ofState = platformProblem(["state"], state, { ...options, only, canary });
  return [
    ...ofState,
    ...(dependents === undefined ? [] : tenantQueryProblem(["dependents"], dependents, options)),
  ];
}

type PlatformOptions = Options & { only: string[]; canary: string | null };

function platformProblem(path: Path, template: string, options: PlatformOptions): Finding[] {
  try {
    platformQuery(template, options);
    const { label, canary } = options;
    const readers = tenantReaders(fillPlaceholders(template, options), { label, except: canary });
    return [...new Set(readers)].map((selector) => ({ path, message: readsTenants(selector, canary) }));
  } catch (error) {
    if (!(error instanceof RevealingQueryError || error instanceof UnscopableQueryError)) throw error;
    return [{ path, message: `${error.message} The query is ${quote(template)}.` }];
  }
}

/** A tenant that exposes a series of this name would show everybody a failing platform. */
function readsTenants(selector: string, canary: string | null): string {
  const [, name = "", matchers] = /^([^{]*)(?:\{(.*)\})?$/s.exec(selector) ?? [];
  const written = (matchers ?? "").trim().replace(/,$/, "");
  const instead = (value: string) => `${name}{${written === "" ? "" : `${written},`}$tenant="${value}"}`;
  return canary === null
    ? `${selector} also reads what tenants expose, who could so call the component failing or working. Write ${instead("")}.`
    : `${selector} also reads what other tenants expose. Write ${instead(canary)}.`;
}

function tenantQueryProblem(path: Path, template: string, { label, windowSeconds }: Options): Finding[] {
  try {
    const query = fillPlaceholders(template, { label, windowSeconds });
    scopeToTenant(query, { label, value: SOME_TENANT });
    const problem = groupingProblem(query, label) ?? collisionProblem(query, label);
    return problem ? [{ path, message: `${problem} The query is ${quote(template)}.` }] : [];
  } catch (error) {
    if (!(error instanceof UnscopableQueryError)) throw error;
    return [{ path, message: `${error.message} The query is ${quote(template)}.` }];
  }
}

/** All together they are one question, which has a length and labels of its own. */
function joinedProblems(definition: Components, options: Options): Finding[] {
  const { template, only } = statesQuery(definition);
  const dependents = dependentsQuery(definition);
  return [
    ...platformProblem(["components"], template, { ...options, only, canary: CANARY }),
    ...(dependents === null ? [] : tenantQueryProblem(["components"], dependents, options)),
  ];
}
