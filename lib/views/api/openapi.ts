import { z } from "zod";
import { contracts } from "./contracts";
import { OPERATIONS, type Operation } from "./operations";

const ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", description: "Stable, for programs" },
        message: { type: "string", description: "A sentence for a person" },
      },
    },
  },
};

const error = (description: string) => ({
  description,
  content: { "application/json": { schema: { $ref: "#/components/schemas/error" } } },
});

function responsesOf({ answer, status = 200, errors = {}, parameters = [], body }: Operation) {
  const content =
    typeof answer === "string"
      ? { "application/json": { schema: { $ref: `#/components/schemas/${answer}` } } }
      : { [answer.contentType]: {} };
  const description = typeof answer === "string" ? "The answer" : answer.description;
  const badRequest =
    parameters.length > 0 || body !== undefined
      ? "A parameter or the body is wrong"
      : "A parameter that the address doesn't take";
  return {
    [status]: { description, content },
    400: error(badRequest),
    401: error("You are signed out"),
    403: error("This session has no capability, or not yet, or no longer"),
    ...Object.fromEntries(Object.entries(errors).map(([code, words]) => [code, error(words)])),
  };
}

function operationOf(operation: Operation) {
  const { summary, parameters = [], body } = operation;
  return {
    summary,
    ...(parameters.length > 0 && {
      parameters: parameters.map((parameter) => ({ ...parameter, schema: { type: "string" } })),
    }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { "application/json": { example: body } } },
    }),
    responses: responsesOf(operation),
  };
}

/**
 * The API as an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12, as zod writes them.
 * @param version the portal's
 */
export function openapi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation) };
  }
  // What travels: before a transformation, which only narrows a type.
  const schemas = Object.entries(contracts).map(([name, schema]) => {
    const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: "input" });
    return [name, jsonSchema] as const;
  });
  return {
    openapi: "3.1.0",
    info: {
      title: "Watchpost",
      version,
      description:
        "What the portal's own pages ask. Each answer is of the session's capability alone, and is never stored by a cache. Times are milliseconds since the epoch.",
    },
    paths,
    components: {
      schemas: { ...Object.fromEntries(schemas), error: ERROR },
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "__Host-watchpost.session" } },
    },
    security: [{ session: [] }],
  };
}
