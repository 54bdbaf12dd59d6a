import type { Listener } from "../../http/schema.ts";
import type { ConfigPath } from "../config-path.ts";
import { valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import { type Methods, needsLocalIssuer } from "../local-jwt.ts";
import type { SoundParts } from "../sound-parts.ts";
import { isLoopback } from "./check-ports.ts";

/** A way to authenticate, and where it stands. */
export interface PlacedMethod {
  readonly method: Methods[number];
  readonly path: ConfigPath;
}

/**
 * The development issuer where other machines can connect (GW0129), or without its pages (GW0111); tokens taken whomever
 * they are for (GW0127).
 */
export function checkAuth(parts: SoundParts, input: unknown): Problem[] {
  const methods = placedMethods(parts);
  const wide = parts.listeners.findIndex((listener) => listener !== undefined && isOpenWeb(listener));
  return methods.flatMap(({ method, path }) => [
    ...(wide >= 0 && needsLocalIssuer(method) ? [exposedIssuer(method, path, input, wide)] : []),
    ...missingPages(method, path, parts),
    ...missingAudience(method, path),
  ]);
}

/** Every method of every `authenticate`, each where it is written. */
export function placedMethods({ policies, routes }: SoundParts): PlacedMethod[] {
  const places: { authenticate: Methods | false | undefined; path: ConfigPath }[] = [
    { authenticate: policies.authenticate, path: ["policies", "authenticate"] },
    ...routes.map((route, i) => ({
      authenticate: route?.policies.authenticate,
      path: ["routes", i, "policies", "authenticate"],
    })),
  ];
  return places.flatMap(({ authenticate, path }) =>
    (authenticate || []).map((method, i) => ({ method, path: [...path, i] })),
  );
}

function isOpenWeb(listener: Listener): boolean {
  return (listener.kind === "http" || listener.kind === "https") && listener.hosts.some((host) => !isLoopback(host));
}

function exposedIssuer(method: Methods[number], path: ConfigPath, input: unknown, listener: number): Problem {
  const name = "jwt" in method ? "jwt" : "oidc";
  const candidates = ["issuer", "jwks"].map((key) => [...path, name, key]);
  const at = candidates.find((candidate) => valueAt(input, candidate) === "local") ?? path;
  const message = `the development issuer is for this machine alone, and listeners[${listener}] is open to others`;
  return problem("GW0129", at, message, "bind the listener to loopback, or name another issuer");
}

function missingPages(method: Methods[number], path: ConfigPath, { admin }: SoundParts): Problem[] {
  if (admin !== false || !("oidc" in method) || method.oidc.issuer !== "local") return [];
  const message = "the login pages of the development issuer are on the admin port, which is switched off";
  return [problem("GW0111", [...path, "oidc", "issuer"], message, "remove `admin: false`")];
}

function missingAudience(method: Methods[number], path: ConfigPath): Problem[] {
  if (!("jwt" in method) || method.jwt.audience !== undefined) return [];
  const message = "`jwt` without `audience` takes every token of its issuer, whomever it was made for";
  const hint = "name the `aud` of tokens for this service, as in audience: shop";
  return [{ code: "GW0127", severity: "warning", path: [...path, "jwt"], at: "key", message, hint }];
}
