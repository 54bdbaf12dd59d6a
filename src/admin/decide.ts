import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { AdminSource, Question } from "./admin-source.ts";
import { AdminError } from "./problem.ts";

/** More decisions at once would hold the gateway up. */
const MOST_DECISIONS = 10_000;

const questionSchema = z.strictObject({
  method: z.string().min(1),
  url: z.string().min(1),
  headers: z.array(z.tuple([z.string(), z.string()])).default([]),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** In base64. */
  body: z.base64().optional(),
  count: z.int().min(1).max(MOST_DECISIONS).default(1),
});

/**
 * `POST /api/route`: what the gateway would do with a request now, with its own health, counts and weights. Nothing is sent
 * and nothing changes, but it says much of what is behind: it takes the token.
 * @param guard refuses who has none
 */
export function addDecide(
  app: FastifyInstance,
  source: Pick<AdminSource, "decide">,
  guard: (request: FastifyRequest) => Promise<void>,
): void {
  app.post("/api/route", {
    onRequest: guard,
    handler: async ({ body }) => ({ schemaVersion: 1, decisions: await decided(source, readQuestion(body)) }),
  });
}

function readQuestion(body: unknown): Question {
  const parsed = questionSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AdminError("GW0605", `The body's ${issue?.path.join(".") ?? ""} ${issue?.message ?? "is wrong"}.`);
  }
  const { count, body: base64, ip, ...rest } = parsed.data;
  return {
    count,
    request: {
      ...rest,
      ...(ip === undefined ? {} : { ip }),
      ...(base64 === undefined ? {} : { body: Buffer.from(base64, "base64") }),
    },
  };
}

async function decided(source: Pick<AdminSource, "decide">, question: Question) {
  try {
    return await source.decide(question);
  } catch (error) {
    if (error instanceof GatewayError) throw new AdminError("GW0605", error.message);
    throw error;
  }
}
