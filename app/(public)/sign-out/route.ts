import type { NextRequest } from "next/server";
import { signOut } from "@/lib/tenancy/sign-out";

export async function POST(request: NextRequest): Promise<Response> {
  return signOut(request);
}
