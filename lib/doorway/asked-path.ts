/** The request header in which proxy.ts gives a page the path and query that the browser asked for. */
export const ASKED_PATH = "x-watchpost-asked-path";
