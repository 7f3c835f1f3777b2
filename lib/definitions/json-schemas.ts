import { z } from "zod";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { componentsSchema } from "@/lib/catalogue/components";
import { platformSchema } from "@/lib/catalogue/platform";
import { tenantListSchema, tenantSchema } from "@/lib/catalogue/tenant";

/** For editors: what may stand in each file. A file in tenants/ holds one tenant, tenants.yaml all of them. */
const SCHEMAS = {
  tenants: { schema: z.union([tenantListSchema, tenantSchema]), title: "Watchpost: tenants" },
  bundle: { schema: bundleSchema, title: "Watchpost: the standard health bundle" },
  platform: { schema: platformSchema, title: "Watchpost: the platform" },
  components: { schema: componentsSchema, title: "Watchpost: the platform's components" },
};

/** The JSON Schemas that docs/schemas holds, by file name. */
export function jsonSchemaFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, { schema, title }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}
