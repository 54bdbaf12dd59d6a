import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { nearest } from "../shared/nearest.ts";
import type { AdminSource, Purge } from "./admin-source.ts";
import { AdminError } from "./problem.ts";

/** What is to be thrown away; exactly one of the four. */
const purgeSchema = z.union([
  z.strictObject({ url: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({ prefix: z.string().startsWith("/") }),
  z.strictObject({ route: z.string().min(1) }),
  z.strictObject({ all: z.literal(true) }),
]);

/** @param guard refuses who may not change anything */
export function addPurge(
  app: FastifyInstance,
  source: Pick<AdminSource, "purgeCache" | "routes">,
  guard: (request: FastifyRequest) => Promise<void>,
): void {
  app.post("/api/cache/purge", {
    onRequest: guard,
    handler: async ({ body }) => {
      const purge = readPurge(body);
      if ("route" in purge) checkRoute(source, purge.route);
      return { schemaVersion: 1, purged: await source.purgeCache(purge) };
    },
  });
}

function readPurge(body: unknown): Purge {
  const parsed = purgeSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const forms = `{ "url": "http://…" }, { "prefix": "/…" }, { "route": "name" } or { "all": true }`;
  throw new AdminError("GW0605", `The body must be ${forms}.`);
}

function checkRoute(source: Pick<AdminSource, "routes">, wanted: string): void {
  const names = source.routes().map(({ route }) => route);
  if (names.includes(wanted)) return;
  const near = nearest(wanted, names);
  const hint = near === undefined ? `There are ${names.join(", ")}.` : `Did you mean ${near}?`;
  throw new AdminError("GW0604", `There is no route "${wanted}". ${hint}`);
}
