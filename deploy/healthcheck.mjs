// Ends with 0 when the process on this machine answers /healthz. An argument names another port than the portal's.
const port = process.argv[2] ?? process.env.PORT ?? "3000";
try {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
  process.exit(response.ok ? 0 : 1);
} catch {
  process.exit(1);
}
