import type { NextRequest } from "next/server";
import { beginSignIn } from "@/lib/tenancy/sign-in";

export async function POST(request: NextRequest): Promise<Response> {
  return beginSignIn(request);
}
