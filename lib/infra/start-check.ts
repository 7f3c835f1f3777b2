import { EnvironmentError, environment } from "./env";

/**
 * Ends the process with status 1 where the environment is not fit to run, one line per variable at fault.
 *
 * The provider is not asked: it may be down just now, and the sign-in page says so then.
 */
export function checkEnvironment(): void {
  try {
    environment();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`Watchpost can't start: the environment is not complete.\n${error.message}\n`);
    process.exit(1);
  }
}
