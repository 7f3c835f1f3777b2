/** More tenants than anybody owns. A session holds no more, so that its cookie can't grow without bound. */
export const MAX_CANDIDATES = 50;
