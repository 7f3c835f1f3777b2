import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A file of this folder as text. */
export const manifestTextOf = (file: string): string => readFileSync(`${HERE}${file}`, "utf8");

/** Every document of a YAML file of this folder. @throws where it isn't YAML */
export function documentsOf(file: string): Record<string, unknown>[] {
  return parseAllDocuments(manifestTextOf(file), { merge: true }).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return z.record(z.string(), z.unknown()).parse(document.toJS());
  });
}

/** The variables of a file in the form NAME=value, one a line, as compose, systemd and kustomize read it. */
export function variablesOf(file: string): Record<string, string> {
  const lines = manifestTextOf(file).split("\n");
  const pairs = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

export type Dockerfile = {
  /** ENV of the last stage. */
  env: Record<string, string>;
  cmd: string[];
  /** What the last stage takes from the build: paths below /app, and where each comes to lie below /app. */
  copies: { from: string[]; to: string }[];
  text: string;
};

/** What the image consists of and starts, by its Dockerfile. */
export function readDockerfile(): Dockerfile {
  const last =
    manifestTextOf("Dockerfile")
      .split(/^FROM /m)
      .at(-1) ?? "";
  const lines = last.replaceAll("\\\n", " ").split("\n");
  const argumentsOf = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1).trim());
  const env = argumentsOf("ENV").flatMap((line) =>
    line.split(/\s+/).map((pair) => pair.split("=", 2) as [string, string]),
  );
  const copies = argumentsOf("COPY --from=build").map((line) => {
    const paths = line.split(/\s+/);
    return { from: paths.slice(0, -1).map((path) => path.replace(/^\/app\//, "")), to: paths.at(-1) ?? "" };
  });
  return {
    env: Object.fromEntries(env),
    cmd: z.array(z.string()).parse(JSON.parse(argumentsOf("CMD")[0] ?? "null")),
    copies,
    text: last,
  };
}

const containerSchema = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(
    z.object({
      name: z.string(),
      valueFrom: z.object({ secretKeyRef: z.object({ optional: z.boolean().optional() }) }),
    }),
  ),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  securityContext: z.record(z.string(), z.unknown()),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  startupProbe: z.unknown().optional(),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
});
const deploymentSchema = z.object({
  spec: z.object({
    replicas: z.int(),
    template: z.object({
      spec: z.object({
        securityContext: z.record(z.string(), z.unknown()),
        affinity: z.object({ podAntiAffinity: z.unknown() }),
        initContainers: z.tuple([containerSchema]),
        containers: z.tuple([containerSchema]),
      }),
    }),
  }),
});

/** The one Deployment of a file, its pod and its two containers. */
export function deploymentOf(file: string) {
  const found = documentsOf(file).find(({ kind }) => kind === "Deployment");
  const { replicas, template } = deploymentSchema.parse(found).spec;
  const [migrate] = template.spec.initContainers;
  const [main] = template.spec.containers;
  return { replicas, pod: template.spec, migrate, main };
}
