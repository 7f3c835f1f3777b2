import { holdServer } from "./postgres";

/** Vitest's global set-up: one PostgreSQL for all files of a run. */
export default holdServer;
