import { z } from "zod";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { componentsSchema } from "@/lib/catalogue/components";
import { identitySchema } from "@/lib/catalogue/identity";
import { platformSchema } from "@/lib/catalogue/platform";
import { tenantListSchema, tenantSchema } from "@/lib/catalogue/tenant";

/** For editors: what may stand in each file. A file in tenants/ holds one tenant, tenants.yaml all of them. */
const SCHEMAS = {
  tenants: { schema: z.union([tenantListSchema, tenantSchema]), title: "Watchpost: tenants" },
  bundle: { schema: bundleSchema, title: "Watchpost: the standard health bundle" },
  platform: { schema: platformSchema, title: "Watchpost: the platform" },
  components: { schema: componentsSchema, title: "Watchpost: the platform's components" },
  identity: { schema: identitySchema, title: "Watchpost: which claims name capabilities" },
};

type JsonSchema = { [key: string]: unknown };

/** A bundle is complete, or extends a preset and says only what differs: any key may then be left out, or be null. */
function extending(schema: JsonSchema): JsonSchema {
  const { $schema, ...whole } = schema;
  const partial = withoutRequired(whole) as JsonSchema & { properties: JsonSchema };
  const named = {
    description: "The preset that this file changes: kubernetes, ingress-nginx, traefik, …",
    type: "string",
  };
  const part = { ...partial, properties: { extends: named, ...partial.properties }, required: ["extends"] };
  return { $schema, anyOf: [whole, part] };
}

function withoutRequired(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRequired);
  if (typeof value !== "object" || value === null) return value;
  const { required: _, ...rest } = value as JsonSchema;
  return Object.fromEntries(
    Object.entries(rest).map(([key, each]) => {
      if (key !== "properties") return [key, withoutRequired(each)];
      const properties = Object.entries(each as JsonSchema);
      return [key, Object.fromEntries(properties.map(([name, own]) => [name, orNull(withoutRequired(own))]))];
    }),
  );
}

const orNull = (schema: unknown) => ({ anyOf: [schema, { type: "null" }] });

/** The JSON Schemas that docs/schemas holds, by file name. */
export function jsonSchemaFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, { schema, title }]) => {
      const plain = z.toJSONSchema(schema, { io: "input" });
      const { $schema, ...rest } = name === "bundle" ? extending(plain) : plain;
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}
