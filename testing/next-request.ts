import { type WorkStore, workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external";
import {
  type RequestStore,
  workUnitAsyncStorage,
} from "next/dist/server/app-render/work-unit-async-storage.external";
import type { NextRequest } from "next/server";

/**
 * Runs what a route does for a request as Next would: with `cookies()` and `headers()` of next/headers. Next has no interface for
 * that in tests, so its own two stores are filled with what those functions read.
 */
export function inRequest<T>(request: NextRequest, route: () => Promise<T>): Promise<T> {
  const work = { route: request.nextUrl.pathname, forceStatic: false, dynamicShouldError: false };
  const { cookies, headers } = request;
  const unit = { type: "request", phase: "render", cookies, headers };
  return workAsyncStorage.run(work as WorkStore, () =>
    workUnitAsyncStorage.run(unit as unknown as RequestStore, route),
  );
}
