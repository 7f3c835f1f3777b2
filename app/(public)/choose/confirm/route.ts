import type { NextRequest } from "next/server";
import { refusal } from "@/lib/doorway/refusal";
import { chooseTenant } from "@/lib/tenancy/session";

export async function POST(request: NextRequest): Promise<Response> {
  const form = await request.formData().catch(() => null);
  const tenantId = form?.get("tenant");
  const choice = await chooseTenant(request.cookies.getAll(), typeof tenantId === "string" ? tenantId : "");
  if (choice === "not-offered") {
    return refusal(
      404,
      "not_found",
      "There is no such capability to choose. Go back and choose one of the list.",
    );
  }
  const location = choice === "bound" ? "/" : "/sign-in";
  return new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
}
