import { config } from "zod";

// zod compiles its schemas by default, and tries at the first one whether it may. The content security policy forbids it, and the
// browser reports the try. Imported before every schema.
config({ jitless: true });
