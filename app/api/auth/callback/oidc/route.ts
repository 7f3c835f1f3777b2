import type { NextRequest } from "next/server";
import { finishSignIn } from "@/lib/tenancy/sign-in";

export async function GET(request: NextRequest): Promise<Response> {
  return finishSignIn(request);
}
