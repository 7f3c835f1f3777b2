import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { codeIn, foreignExamplesOut, headingAnchors, linksIn, tooWide } from "./paper";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const textAt = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");
const found = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, word = ""]) => word)),
];

/** What git keeps, or would keep at the next commit. A file that was just deleted is still listed, so it is left out. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => file !== "" && existsSync(`${ROOT}${file}`));
const papers = files.filter((file) => file.endsWith(".md"));
const folders = new Set(
  files.flatMap((file) =>
    file
      .split("/")
      .slice(0, -1)
      .map((_, depth, all) => all.slice(0, depth + 1).join("/")),
  ),
);
const topFolders = [...folders].filter((folder) => !folder.includes("/") && !folder.startsWith("."));

const isSource = (file: string) =>
  /\.(ts|tsx|mjs|cjs|prisma|sql|yaml|service|timer|example|sh)$|Dockerfile$/.test(file) &&
  !/\.(test|integration|walk|full|fixture)\.tsx?$/.test(file);
const sources = files.filter(isSource).map(textAt).join("\n");
const variables = new Set(found(sources, /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g));
const words = new Set(found(sources, /\b([a-z]+(?:_[a-z0-9]+)+)\b/g));

/** Files that the operator makes, or that a build or a run writes. */
const MADE_LATER = /^deploy\/(watchpost\.env|definitions|database-password)$/;

const record = z.record(z.string(), z.string()).default({});
const packageFile = z.object({
  scripts: record,
  dependencies: record,
  devDependencies: record,
  engines: z.object({ node: z.string() }).optional(),
});
const packageIn = (folder: string) =>
  packageFile.parse(JSON.parse(textAt(posix.join(folder, "package.json"))));
const scriptsOf = (folder: string) => Object.keys(packageIn(folder).scripts);

describe.each(papers)("%s", (paper) => {
  const text = textAt(paper);
  const code = codeIn(text);

  test("has no line of more than 110 characters that could be broken", () => {
    expect(tooWide(text, 110)).toEqual([]);
  });

  test("links to files and headings that exist", () => {
    for (const link of linksIn(text)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? paper : posix.join(posix.dirname(paper), path).replace(/\/$/, "");
      expect(files.includes(target) || folders.has(target), link).toBe(true);
      if (anchor) expect(headingAnchors(textAt(target)), link).toContain(anchor);
    }
  });

  test("names files and folders that exist", () => {
    const part = String.raw`[\w.-]*\w|\([\w-]+\)|\[[\w-]+\]`;
    const pattern = new RegExp(`(?<![\\w./@-])((?:${topFolders.join("|")})(?:/(?:${part}))+)`, "g");
    for (const name of found(text, pattern))
      if (!MADE_LATER.test(name)) expect(files.includes(name) || folders.has(name), name).toBe(true);
    for (const name of found(code, /(?<![\w./*-])([\w.-]+\.(?:tsx?|mjs|cjs))(?![\w/])/g))
      expect(
        files.some((file) => file === name || file.endsWith(`/${name}`)),
        name,
      ).toBe(true);
  });

  test("names commands that exist", () => {
    for (const [, script = "", workspace = "."] of text.matchAll(/npm run ([a-z][\w:-]*)(?: -w ([\w-]+))?/g))
      expect(scriptsOf(workspace), `npm run ${script}`).toContain(script);
  });

  test("names variables and metrics that exist", () => {
    const own = foreignExamplesOut(text);
    for (const variable of found(own, /(?<![\w$])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g))
      expect(variables, variable).toContain(variable);
    for (const name of found(own, /\b((?:watchpost|migration)_[a-z_]*[a-z])\b/g))
      expect(words, name).toContain(name.replace(/_(bucket|sum|count)$/, ""));
  });
});

test("code names no paper that doesn't exist", () => {
  for (const paper of found(sources, /\b(docs\/[\w./-]+\.md)\b/g)) expect(papers).toContain(paper);
});

test("docs/dependencies.md has a reason for every package, and for no other", () => {
  const used = [".", "demo"].flatMap((folder) => {
    const { dependencies, devDependencies } = packageIn(folder);
    return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  });
  const named = textAt("docs/dependencies.md")
    .split("\n")
    .filter((line) => line.startsWith("- "))
    .flatMap((line) => found(line.split(": ")[0] ?? "", /`([^`]+)`/g));
  expect(named.sort()).toEqual(used.sort());
});

test("docs/glossary.md names code that exists", () => {
  for (const name of found(textAt("docs/glossary.md"), /`([^`]+)`/g)) {
    const exists = folders.has(name) || new RegExp(`\\b${name}\\b`).test(sources);
    expect(exists, name).toBe(true);
  }
});

test("ARCHITECTURE.md lists the rooms of lib from the bottom up, each above all that it imports", () => {
  const rooms = found(textAt("ARCHITECTURE.md"), /^- `lib\/([a-z-]+)`/gm);
  const folder = (file: string) => /^lib\/([a-z-]+)\//.exec(file)?.[1] ?? "";
  const inLib = files.filter(
    (file) => isSource(file) && /^lib\/.*\.tsx?$/.test(file) && !/\.(cases|grammar)\./.test(file),
  );
  expect([...rooms].sort()).toEqual([...new Set(inLib.map(folder))].sort());
  for (const file of inLib)
    for (const imported of found(textAt(file), /from "@\/lib\/([a-z-]+)\//g))
      expect(rooms.indexOf(imported), `${file} imports ${imported}`).toBeLessThanOrEqual(
        rooms.indexOf(folder(file)),
      );
});

test("ARCHITECTURE.md says what every folder at the top is for, and every stage of alerting", () => {
  const text = textAt("ARCHITECTURE.md");
  const top = [...folders].filter(
    (folder) => !folder.includes("/") && !/^(\.|docs$|lib$|public$)/.test(folder),
  );
  expect(top.length).toBeGreaterThan(10);
  for (const folder of top) expect(text, folder).toContain(`\`${folder}/\``);
  const paragraph = /^- `alerting\/`(?:.|\n {2})*/m.exec(text)?.[0] ?? "";
  const stages = [...folders].flatMap((folder) => /^alerting\/([a-z-]+)$/.exec(folder)?.[1] ?? []);
  for (const stage of stages) expect(paragraph, stage).toMatch(new RegExp(`\\b${stage}\\b`));
});

test("docs/decisions/README.md lists every decision once", () => {
  const listed = linksIn(textAt("docs/decisions/README.md")).filter((link) => /^\d{4}-/.test(link));
  const decisions = papers.flatMap((paper) => /^docs\/decisions\/(\d{4}-.*)$/.exec(paper)?.[1] ?? []);
  expect([...listed].sort()).toEqual(decisions.sort());
});

test("the workflow runs only commands of this package, from the oldest supported Node on", () => {
  const workflow = textAt(".github/workflows/ci.yml");
  const oldest = textAt(".nvmrc").trim();
  expect(packageIn(".").engines?.node).toBe(`>=${oldest}`);
  for (const [, versions = ""] of workflow.matchAll(/^ +node: (\[.*\])$/gm))
    expect(JSON.parse(versions)[0]).toBe(oldest);
  const commands = found(workflow, /^ +(?:- )?run: (.*)$/gm);
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands)
    expect(scriptsOf("."), command).toContain(command.replace(/^npm (?:run )?/, ""));
});

describe("what is read of a paper", () => {
  const fence = "```";
  const paper = `# One & two\n\nSee [it](a.md#b), \`lib/x.ts\`.\n\n${fence}sh\nMY_OWN=1 # [no](link)\n${fence}\n`;

  test("is its code, its links and its headings, without what stands in examples of other programs", () => {
    expect(codeIn(paper)).toContain("lib/x.ts");
    expect(codeIn(paper)).toContain("MY_OWN");
    expect(linksIn(paper)).toEqual(["a.md#b"]);
    expect(headingAnchors(paper)).toEqual(["one--two"]);
    expect(foreignExamplesOut(paper)).not.toContain("MY_OWN");
  });

  test("is too wide where a space could break it, in a table and in an example too", () => {
    const wide = "word ".repeat(30);
    for (const line of [wide, `| ${wide}|`, `- ${wide}`]) expect(tooWide(line, 110)).toEqual([line]);
    expect(tooWide(`- https://a.example/${"a".repeat(120)}`, 110)).toEqual([]);
  });
});
