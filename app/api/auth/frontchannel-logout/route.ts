import type { NextRequest } from "next/server";
import { signOutByFrame } from "@/lib/tenancy/front-channel";

/** A look ahead must end nothing: Next would answer it by GET. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { Allow: "GET" } });
}

export async function GET(request: NextRequest): Promise<Response> {
  return signOutByFrame(request);
}
