import { type ParseArgsConfig, parseArgs } from "node:util";

/** What was typed makes no sense to a command. One sentence. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Reads the words that a command was given.
 * @param config as parseArgs takes it; a mistake in it is no usage and keeps its stack
 * @throws UsageError for an option that there isn't, or one without its value
 */
export function readUsage<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw code.startsWith("ERR_PARSE_ARGS_") ? new UsageError(message) : error;
  }
}
