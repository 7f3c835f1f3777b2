import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILE = `${ROOT}deploy/manifests-as-code.ts`;

/** The files of the types, read once: they are the same for each call. */
const typeFiles = new Map<string, ts.SourceFile | undefined>();

/** The module that knows the kinds of an API group. */
function moduleOf(apiVersion: string): string {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  return `kubernetes-types/${group?.replace(/\.k8s\.io$/, "")}/${version}`;
}

/**
 * Judges manifests by Kubernetes' own OpenAPI schema: `kubernetes-types` is that schema as TypeScript types, and the compiler compares each
 * manifest with it as a literal. So it finds fields that are unknown, misplaced, missing, or of another type; patterns and quantities it
 * doesn't judge.
 * @returns what is wrong, one sentence each
 */
export function faultsOfManifests(manifests: readonly Record<string, unknown>[]): string[] {
  const lines = manifests.map(({ apiVersion, kind, ...rest }, index) => {
    const type = `import("${moduleOf(String(apiVersion))}").${String(kind)}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })};`;
  });
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.getSourceFile = (name, ...more) => {
    if (name === FILE) return ts.createSourceFile(name, lines.join("\n"), ts.ScriptTarget.ES2022);
    if (!typeFiles.has(name)) typeFiles.set(name, getSourceFile(name, ...more));
    return typeFiles.get(name);
  };
  const program = ts.createProgram([FILE], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
    const { kind, metadata } = manifests[line] ?? {};
    const name = (metadata as { name?: string } | undefined)?.name;
    return `${String(kind)} ${name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
