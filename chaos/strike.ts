import type { PlannedFault } from "./plan";
import type { ChaosWorld } from "./world";

const SLOW_BY_MS = 400;
/** What a fault changed is put right by this. */
type Heal = () => Promise<void>;

/**
 * Lets a fault begin.
 * @returns ends it; over where it has ended by itself; null where it can't be had on this machine
 */
export async function strike(world: ChaosWorld, fault: PlannedFault): Promise<Heal | "over" | null> {
  const { kind, target } = fault;
  switch (kind) {
    case "cut":
    case "hang":
    case "slow":
      return strikePair(world, kind, target);
    case "fail-over":
      await world.database.failOver();
      return "over";
    case "clock": {
      const { setClock } = world;
      if (!setClock) return null;
      await setClock(target, fault.byMs);
      return () => setClock(target, 0);
    }
    case "fill":
      return fill(world, target);
    default:
      return target === "relay" ? strikeRelay(world, kind) : strikeProcess(world, kind, target);
  }
}

function strikePair({ proxies }: ChaosWorld, kind: "cut" | "hang" | "slow", pair: string): Heal {
  const proxy = proxies.get(pair);
  if (!proxy) throw new Error(`No proxy stands between ${pair}.`);
  if (kind === "slow") proxy.slow(SLOW_BY_MS);
  else proxy[kind]();
  return async () => proxy.mend();
}

async function fill({ database, relay }: ChaosWorld, target: string): Promise<Heal | null> {
  if (target === "relay") {
    relay.setFull(true);
    return async () => relay.setFull(false);
  }
  return target === "connections" ? database.takeConnections() : database.fillDisk();
}

/** The relay is a part of this process: it stands still where its lines do. */
async function strikeRelay({ relay, proxies }: ChaosWorld, kind: "kill" | "stop" | "restart"): Promise<Heal> {
  if (kind !== "stop") {
    await relay.kill();
    return relay.start;
  }
  const lines = [...proxies].flatMap(([pair, proxy]) => (pair.endsWith("→relay") ? [proxy] : []));
  for (const line of lines) line.hang();
  return async () => {
    for (const line of lines) line.mend();
  };
}

async function strikeProcess(
  { services, platform, database }: ChaosWorld,
  kind: "kill" | "stop" | "restart",
  target: string,
): Promise<Heal> {
  const others = {
    prometheus: () => platform.prometheus,
    database: database.primary,
    replica: database.replica,
  };
  const service = services.get(target) ?? others[target as keyof typeof others]?.();
  if (!service) throw new Error(`There is no process named ${target}.`);
  if (kind === "stop") {
    await service.setPaused(true);
    return () => service.setPaused(false);
  }
  await (kind === "kill" ? service.kill() : service.halt());
  return async () => service.start();
}
