import { refusal } from "@/lib/doorway/refusal";

/** Whatever else is asked of the API: the same answer for what doesn't exist and for what isn't yours. */
const nothingHere = (): Response => refusal(404, "not_found", "There is nothing at this address.");

export const GET = nothingHere;
export const POST = nothingHere;
export const PUT = nothingHere;
export const PATCH = nothingHere;
export const DELETE = nothingHere;
