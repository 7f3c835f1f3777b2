import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDefinitions } from "@/lib/definitions/read-definitions";
import { ENVIRONMENT_VARIABLES, parseEnvironment, workerEnvironment } from "@/lib/infra/env";
import packageJson from "@/package.json";
import { faultsOfManifests } from "./kubernetes-schema";
import { deploymentOf, documentsOf, manifestTextOf, readDockerfile, variablesOf } from "./manifests";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILES = ["web.yaml", "worker.yaml", "network.yaml", "monitoring.yaml"];
const manifests = FILES.flatMap((file) => documentsOf(`kubernetes/${file}`));
const [kustomization] = documentsOf("kubernetes/kustomization.yaml");
const scripts: Record<string, string> = packageJson.scripts;
/** What each process of the image becomes, by the one file that knows the flags of its Node. */
const COMMANDS = { web: ["sh", "server/web.sh"], worker: ["sh", "server/worker.sh"] };
const MIGRATE = ["npm", "run", "--silent", "migrate"];

/** A value of the right form for each secret. */
const SECRETS: Record<string, string> = {
  DATABASE_URL: "postgresql://watchpost:x@db/watchpost",
  OIDC_CLIENT_SECRET: "x",
  NEXTAUTH_SECRET: "q8Zr3LxT0vYw7NcKb5HdPj2SfGm9AeUi",
  METRICS_TOKEN: "q8Zr3LxT0vYw7NcKb5Hd",
  SMTP_URL: "smtps://relay.example",
  GITHUB_TOKEN: "x",
  PROMETHEUS_BEARER_TOKEN: "x",
};

describe("the Kubernetes manifests", () => {
  test("stand up to Kubernetes' own schema, field by field", () => {
    const ours = manifests.filter(({ apiVersion }) => apiVersion !== "monitoring.coreos.com/v1");
    expect(ours.length).toBe(manifests.length - 1);
    expect(faultsOfManifests(ours)).toEqual([]);
  });

  test("would be found wrong with a field that is misspelt, misplaced, missing or of another type", () => {
    const [deployment] = documentsOf("kubernetes/web.yaml");
    const broken = (from: string, to: string) => {
      const text = JSON.stringify(deployment);
      expect(text).toContain(from);
      return faultsOfManifests([JSON.parse(text.replace(from, to))]).join();
    };
    expect(broken('"readinessProbe"', '"readynessProbe"')).toMatch(/readynessProbe/);
    expect(broken('"replicas":2', '"replicas":"2"')).toMatch(/not assignable to type 'number'/);
    expect(broken('"containers":[', '"replicas":2,"containers":[')).toMatch(
      /'"replicas"' does not exist in type 'PodSpec'/,
    );
    expect(broken('"selector"', '"selektor"')).toMatch(/selektor|selector/);
  });

  test("are all named by the kustomization, and it names no others", () => {
    const present = readdirSync(`${ROOT}deploy/kubernetes`).filter((name) => name.endsWith(".yaml"));
    expect(kustomization?.resources).toEqual(FILES);
    expect(present.sort()).toEqual([...FILES, "kustomization.yaml"].sort());
  });

  test("bring definitions that the portal takes", async () => {
    const read = await readDefinitions(`${ROOT}deploy/kubernetes/definitions`, { tenantLabel: "tenant" });
    expect(read.ok).toBe(true);
  });

  test("let nothing out but to DNS, Prometheus, PostgreSQL, the issuer, GitHub and the relay", () => {
    const policies = manifests.filter(({ kind }) => kind === "NetworkPolicy");
    const ports = [
      ...JSON.stringify(policies.map(({ spec }) => (spec as { egress: unknown }).egress)).matchAll(
        /"port":(\d+)/g,
      ),
    ];
    expect([...new Set(ports.map(([, port]) => Number(port)))].sort((a, b) => a - b)).toEqual([
      53, 443, 465, 587, 5432, 9090,
    ]);
  });

  test("have the metrics of each replica scraped, ready or not, with the token from the secret", () => {
    const monitor = manifests.find(({ kind }) => kind === "ServiceMonitor");
    expect(monitor?.spec).toEqual({
      selector: { matchLabels: { "watchpost/scraped": "true" } },
      targetLabels: ["app.kubernetes.io/component"],
      endpoints: [
        {
          port: "metrics",
          path: "/metrics",
          interval: "30s",
          authorization: { type: "Bearer", credentials: { name: "watchpost-secrets", key: "METRICS_TOKEN" } },
        },
      ],
    });
    const scraped = manifests.filter((one) =>
      JSON.stringify(one.metadata).includes('"watchpost/scraped":"true"'),
    );
    expect(scraped).toHaveLength(2);
    for (const { spec } of scraped)
      expect(spec).toMatchObject({ publishNotReadyAddresses: true, ports: [{ name: "metrics" }] });
  });
});

describe.each(["web", "worker"] as const)("the deployment of the %s", (part) => {
  const { replicas, pod, migrate, main } = deploymentOf(`kubernetes/${part}.yaml`);
  const { env } = readDockerfile();

  test("gives each process an environment that it takes: nothing unknown, nothing missing", () => {
    for (const container of [migrate, main]) {
      const secrets = container.env.map(({ name }) => name);
      for (const name of secrets) expect(Object.keys(SECRETS)).toContain(name);
      const settings = variablesOf("kubernetes/settings.env");
      for (const name of [...secrets, ...Object.keys(settings)])
        expect(ENVIRONMENT_VARIABLES).toContain(name);
      const required = container.env.filter(({ valueFrom }) => !valueFrom.secretKeyRef.optional);
      const given = { ...settings, ...Object.fromEntries(required.map(({ name }) => [name, SECRETS[name]])) };
      expect(() => parseEnvironment(given)).not.toThrow();
      if (container === main && part === "worker") expect(() => workerEnvironment(given)).not.toThrow();
    }
  });

  test("asks the real paths on the real port", () => {
    const port = Number(part === "web" ? env.PORT : env.WORKER_PORT);
    const [named] = main.ports;
    expect(named?.containerPort).toBe(port);
    const probe = (path: string) => expect.objectContaining({ httpGet: { path, port: named?.name } });
    expect(main).toMatchObject({
      startupProbe: probe("/healthz"),
      livenessProbe: probe("/healthz"),
      readinessProbe: probe("/readyz"),
    });
    for (const path of ["healthz", "readyz", "metrics"])
      expect(existsSync(`${ROOT}app/${path}/route.ts`)).toBe(true);
  });

  test("runs two replicas apart, after migrating, as everything else that starts one", () => {
    expect(replicas).toBe(2);
    expect(JSON.stringify(pod.affinity)).toContain(`"app.kubernetes.io/component":"${part}"`);
    expect(main.command).toEqual(COMMANDS[part]);
    expect(migrate.command).toEqual(MIGRATE);
    expect(main.image).toBe(migrate.image);
  });

  test("runs as nobody, on a file system that it can't write to, with no right that it doesn't need", () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext } of [migrate, main])
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
  });

  test("is disturbed one replica at a time", () => {
    const budget = documentsOf(`kubernetes/${part}.yaml`).find(({ kind }) => kind === "PodDisruptionBudget");
    expect(budget?.spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: { "app.kubernetes.io/component": part } },
    });
  });
});

describe("the image", () => {
  const image = readDockerfile();

  test("is built by the package's script and becomes the portal, in the process that it starts", () => {
    expect(image.cmd).toEqual(COMMANDS.web);
    expect(manifestTextOf("Dockerfile")).toContain("RUN npm run build\n");
  });

  test("runs as nobody", () => {
    expect(image.text).toMatch(/^USER 10001:10001$/m);
  });
});

describe("compose", () => {
  const [compose] = documentsOf("compose.yaml");
  const services = compose?.services as Record<string, Record<string, unknown>>;

  test.each([
    ["migrate", MIGRATE],
    ["web", undefined],
    ["worker", COMMANDS.worker],
  ])("starts %s as everything else does, read-only and without rights", (name, command) => {
    expect(services[name]).toMatchObject({
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
      env_file: "watchpost.env",
    });
    expect(services[name]?.command).toEqual(command);
  });

  test("and systemd share an example of settings that names nothing unknown and everything required", () => {
    const given = variablesOf("watchpost.env.example");
    for (const name of Object.keys(given)) expect(ENVIRONMENT_VARIABLES).toContain(name);
    const filled = {
      ...given,
      ...Object.fromEntries(Object.entries(SECRETS).filter(([name]) => given[name] === "")),
    };
    expect(() => parseEnvironment(filled)).not.toThrow();
    expect(() => workerEnvironment(filled)).not.toThrow();
  });
});

test("the commands of the image are files of the clone, and migrating is a script of the package's", () => {
  for (const [, file = ""] of Object.values(COMMANDS)) expect(existsSync(`${ROOT}${file}`)).toBe(true);
  expect(Object.keys(scripts)).toContain(MIGRATE.at(-1));
});

test.each([
  "deploy/Dockerfile",
  "deploy/compose.yaml",
  "deploy/kubernetes/web.yaml",
  "deploy/kubernetes/worker.yaml",
  "deploy/systemd/watchpost.service",
  "package.json",
  "server/launch.ts",
])("%s leaves the flags of Node and of its allocator to server/web.sh and server/worker.sh", (file) => {
  expect(readFileSync(`${ROOT}${file}`, "utf8")).not.toMatch(
    /--[a-z-]+-(size|percent)\b|NODE_OPTIONS|MALLOC_/,
  );
});

test("every script of the package's becomes its last command, so that a stop signal reaches it and not a shell", () => {
  // npm signals the shell; a shell that waits dies of it and leaves its command running.
  const ofManyTools = ["types", "boundaries"];
  for (const [name, script] of Object.entries(scripts))
    if (!ofManyTools.includes(name)) expect(script.split(" && ").at(-1), name).toMatch(/^exec node /);
});

test.each(["watchpost.service", "watchpost-backup.service"])(
  "systemd's %s runs a script of the package's",
  (unit) => {
    const [, name = ""] =
      /^ExecStart=.*npm (?:run --silent )?([a-z-]+)/m.exec(manifestTextOf(`systemd/${unit}`)) ?? [];
    expect(Object.keys(scripts)).toContain(name);
  },
);
