// @ts-check
import path from "node:path";
import { buildInPlace, buildPortal } from "./build.mjs";
import { waitForLock } from "./lock.mjs";
import { clientIsOld, generateClient, installPackages, packagesInPlace } from "./packages.mjs";

/** @typedef {import("./progress.mjs").Progress} Progress */

/**
 * Runs work that writes into the clone itself; a second run in the same clone waits for it.
 * @template T
 * @param {string} root
 * @param {{ progress: Progress, signal: AbortSignal, about: string }} options
 * @param {() => Promise<T>} work
 */
async function alone(root, { progress, signal, about }, work) {
  const lock = await waitForLock(path.join(root, ".data/setup.lock"), about, {
    signal,
    onWait: ({ pid, about: theirs }) =>
      progress.write(`      Waiting for process ${pid}, which is ${theirs}.`),
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** How many steps `prepareClone` reports. */
export const PREPARE_STEPS = 2;

/**
 * Makes a bare clone able to run TypeScript and to ask the database: its packages and its Prisma client.
 * @param {string} root
 * @param {{ progress: Progress, signal: AbortSignal }} options
 */
export async function prepareClone(root, { progress, signal }) {
  await alone(root, { progress, signal, about: "installing the packages" }, async () => {
    await progress.step("Packages", async (add) => {
      if (await packagesInPlace(root)) return add("in place");
      progress.write("      Installing the packages; on a fresh clone this takes a minute or two.");
      await installPackages(root, signal);
    });
    await progress.step("Prisma client", async (add) => {
      if (await clientIsOld(root)) await generateClient(root, signal);
      else add("in place");
    });
  });
}

/**
 * Builds the portal unless .next holds a build of this very source.
 * @param {string} root
 * @param {{ progress: Progress, signal: AbortSignal }} options
 */
export async function prepareBuild(root, { progress, signal }) {
  await progress.step("The portal's build", (add) =>
    alone(root, { progress, signal, about: "building the portal" }, async () => {
      if (await buildInPlace(root)) return add("in place");
      await buildPortal(root, signal);
    }),
  );
}
