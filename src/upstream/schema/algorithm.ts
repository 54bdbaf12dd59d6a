import { z } from "zod";
import type { Algorithm } from "../../balancing/algorithm.ts";
import { ALGORITHMS } from "../../balancing/index.ts";
import type { KeySpec } from "./key.ts";
import { keySchema } from "./key.ts";

/** Which algorithm a service uses, with its own options already validated. */
export interface AlgorithmSpec {
  readonly name: string;
  /** What to hash; `undefined` if the algorithm hashes nothing. */
  readonly key: KeySpec | undefined;
  /** The output of the algorithm's `options` schema. */
  readonly options: unknown;
}

/** Hashes the client's address by definition, so that there is nothing to choose. */
const FIXED_KEYS: Readonly<Record<string, KeySpec>> = { "ip-hash": { from: "ip" } };

type NamedOptions = { readonly name: string; readonly key?: KeySpec | undefined } & Readonly<Record<string, unknown>>;

/** `{ name, key?, …options }` of one algorithm: its own options beside the name, and `key` only if it hashes. */
function detailedSchema(algorithm: Algorithm): z.ZodObject {
  if (!(algorithm.options instanceof z.ZodObject)) {
    throw new TypeError(`options of ${algorithm.name} must be an object schema`);
  }
  const takesKey = algorithm.signals.includes("key") && FIXED_KEYS[algorithm.name] === undefined;
  return algorithm.options.safeExtend({
    name: z.literal(algorithm.name).describe(algorithm.docs.summary),
    ...(takesKey ? { key: keySchema.prefault("ip") } : {}),
  });
}

function detailedOf(name: string): z.ZodObject {
  const schema = detailed.get(name);
  if (schema === undefined) throw new TypeError(`no algorithm ${name}`);
  return schema;
}

function toSpec({ name, key, ...options }: NamedOptions): AlgorithmSpec {
  return { name, key: FIXED_KEYS[name] ?? key, options };
}

const detailed = new Map(ALGORITHMS.map((algorithm) => [algorithm.name, detailedSchema(algorithm)]));
const names = ALGORITHMS.map((algorithm) => algorithm.name);
const error = `must be an algorithm: ${names.join(", ")}; or { name, … } with its options`;

/** `algorithm:` of a service: a name, or a name with options. */
export const algorithmSchema = z
  .union(
    [
      z.enum(names).transform((name) => toSpec(detailedOf(name).parse({ name }) as NamedOptions)),
      z
        .discriminatedUnion("name", [...detailed.values()] as unknown as [z.core.$ZodTypeDiscriminable])
        .transform((value) => toSpec(value as NamedOptions)),
    ],
    { error },
  )
  .prefault("round-robin")
  .describe("How an endpoint is chosen.");
