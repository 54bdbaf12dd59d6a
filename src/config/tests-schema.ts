import { z } from "zod";

const A_REQUEST = 'must be "METHOD PATH", as in GET /users/7, or { method, path, headers }';

const requestSchema = z
  .union(
    [
      z.string({ error: A_REQUEST }).regex(/^[A-Z]+ \S+$/, { error: A_REQUEST }),
      z.strictObject({
        method: z
          .string()
          .regex(/^[A-Z]+$/, { error: "must be a method in capitals, as in GET" })
          .default("GET")
          .describe("Method."),
        path: z.string().min(1).describe("Path and query, or a whole URL."),
        headers: z.record(z.string().min(1), z.string()).default({}).describe("Header fields."),
        ip: z.string().min(1).optional().describe("The client's address; loopback without it."),
        body: z.string().optional().describe("Body."),
      }),
    ],
    { error: A_REQUEST },
  )
  .transform((value) => {
    if (typeof value !== "string") return value;
    const space = value.indexOf(" ");
    return { method: value.slice(0, space), path: value.slice(space + 1), headers: {} };
  });

const expectationSchema = z
  .strictObject({
    outcome: z.enum(["forward", "respond", "reject"]).optional().describe("What happens to the request."),
    route: z.string().min(1).optional().describe("The route's name."),
    service: z.string().min(1).optional().describe("The service that gets it."),
    status: z.int().min(100).max(599).optional().describe("The status of an answer by the gateway."),
    code: z
      .string()
      .regex(/^GW\d{4}$/, { error: "must be an error code, as in GW0201" })
      .optional()
      .describe("The error code."),
  })
  .refine((value) => Object.keys(value).length > 0, {
    error: "needs at least one of outcome, route, service, status, code",
  });

/** `tests:` assertions on routing and policies. */
export const testsSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1).optional().describe("What it shows."),
      request: requestSchema.describe('The request: "GET /users/7", or { method, path, headers }.'),
      expect: expectationSchema.describe("What must come of it."),
    }),
  )
  .default([])
  .describe("Assertions for `gatewayctl test`; no sockets are opened.");
