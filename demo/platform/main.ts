import { platformDir } from "./instance";
import { startPlatform } from "./start";

/** Runs the platform alone, for development: DEMO_PROMETHEUS_PORT and DEMO_CONTROL_PORT choose the ports. */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
  const startedAtMs = Date.now();
  const say = (text: string) =>
    process.stdout.write(`${((Date.now() - startedAtMs) / 1000).toFixed(1)} s  ${text}\n`);
  const platform = await startPlatform({
    dataDir: platformDir(environment),
    prometheusPort: Number(environment.DEMO_PROMETHEUS_PORT || 9290),
    controlPort: Number(environment.DEMO_CONTROL_PORT || 9291),
    signIn: null,
    report: say,
  });
  say(`Prometheus: ${platform.prometheusUrl}`);
  say(`Control page: ${platform.controlUrl}`);
  for (const [id, url] of Object.entries(platform.capabilityUrls)) say(`${id}: ${url}`);
  say("Ctrl-C stops everything.");
  const stop = () => {
    process.removeAllListeners("SIGINT");
    process.removeAllListeners("SIGTERM");
    void platform.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

main(process.env).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
