import type { NextRequest } from "next/server";
import { finishSignIn } from "@/lib/tenancy/sign-in";

/**
 * A look ahead, as mail scanners and link previews send it, must not use up the code: Next would answer it by
 * GET.
 */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { Allow: "GET" } });
}

export async function GET(request: NextRequest): Promise<Response> {
  return finishSignIn(request);
}
