import "./without-eval";

/** The API's contracts as the browser loads them. */
export { contracts } from "@/lib/views/api/contracts";
