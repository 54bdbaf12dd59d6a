import type { EndpointSnapshot, ServiceSnapshot } from "../../admin/admin-source.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { nearest } from "../../shared/nearest.ts";
import { UsageError } from "../usage-error.ts";

/**
 * The endpoint that is meant by a word: its whole id, or an ending of it that no other endpoint has, cut where a part of
 * the address begins: `4001`, `localhost:4001`.
 *
 * @throws GatewayError GW0014 for a name that the gateway does not know, with the nearest that it does;
 *   UsageError if several endpoints end so
 */
export function findEndpoint(services: readonly ServiceSnapshot[], service: string, word: string): EndpointSnapshot {
  const endpoints = endpointsOf(services, service);
  const exact = endpoints.find(({ id }) => id === word);
  if (exact !== undefined) return exact;
  const [match, ...others] = endpoints.filter(({ id }) => endsWithPart(id, word));
  if (match === undefined) {
    const known = endpoints.map(({ id }) => id);
    throw unknown(`Service ${service} has no endpoint "${word}".`, guess(word, known), known);
  }
  if (others.length === 0) return match;
  const all = [match, ...others].map(({ id }) => id).join(", ");
  throw new UsageError(`"${word}" may be ${all}. Write more of it.`);
}

function endpointsOf(services: readonly ServiceSnapshot[], name: string): readonly EndpointSnapshot[] {
  const service = services.find((each) => each.service === name);
  if (service !== undefined) return service.endpoints;
  const known = services.map((each) => each.service);
  throw unknown(`There is no service "${name}".`, nearest(name, known), known);
}

function endsWithPart(id: string, word: string): boolean {
  const before = id.at(-word.length - 1) ?? "";
  return word !== "" && id.endsWith(word) && /[:/.[]/.test(before);
}

/** A word may be only a part of an id: it is compared with as much of each id's end. */
function guess(word: string, ids: readonly string[]): string | undefined {
  const parts = new Map(
    ids.flatMap((id) => [id, id.replace(/^[a-z]+:\/\//, ""), id.replace(/^.*:/, "")].map((part) => [part, id])),
  );
  const near = nearest(word, parts.keys());
  return near === undefined ? undefined : parts.get(near);
}

function unknown(sentence: string, near: string | undefined, known: readonly string[]): GatewayError {
  if (near !== undefined) return new GatewayError("GW0014", `${sentence} Did you mean "${near}"?`);
  const all = known.length === 0 ? "It has none." : `There are ${known.join(", ")}.`;
  return new GatewayError("GW0014", `${sentence} ${all}`);
}
