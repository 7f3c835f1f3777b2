import type { NextRequest } from "next/server";
import { takeLogout } from "@/lib/tenancy/back-channel";

export async function POST(request: NextRequest): Promise<Response> {
  return takeLogout(request);
}
