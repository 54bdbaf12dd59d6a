import type { z } from "zod";
import { LOCAL_ISSUER } from "../identity/issuer-name.ts";
import type { authenticateSchema } from "../policies/authenticate/schema.ts";
import type { Config } from "./config.ts";

export type Methods = z.output<typeof authenticateSchema>;
type Jwt = Extract<Methods[number], { jwt: unknown }>["jwt"];

/** Tokens of the development issuer, as one route takes them. */
export interface LocalJwt extends Pick<Jwt, "audience" | "algorithms" | "rolesClaim"> {
  readonly route: string;
}

/** Whether a method relies on the built-in issuer by the word `local`: then the gateway must know its keys. */
export function needsLocalIssuer(method: Methods[number]): boolean {
  if ("jwt" in method) return method.jwt.issuer === "local" || method.jwt.jwks === "local";
  return "oidc" in method && method.oidc.issuer === "local";
}

/** Whether any route's `authenticate` says `local`. */
export function usesLocalIssuer(config: Config): boolean {
  return methodsOf(config).some(({ method }) => needsLocalIssuer(method));
}

/** Where tokens of the development issuer are taken, route by route; `local` or its name written out. */
export function localJwts(config: Config): LocalJwt[] {
  return methodsOf(config).flatMap(({ route, method }) => {
    if (!("jwt" in method)) return [];
    const { issuer, audience, algorithms, rolesClaim } = method.jwt;
    return issuer === "local" || issuer === LOCAL_ISSUER ? [{ route, audience, algorithms, rolesClaim }] : [];
  });
}

/** The one audience that all of them agree on; empty where there is none, or several. */
export function soleAudience(jwts: readonly LocalJwt[]): readonly string[] {
  const audiences = new Set(jwts.flatMap(({ audience }) => audience ?? []));
  return audiences.size === 1 ? [...audiences] : [];
}

/** Signature algorithms that every route takes of a token for `audience`; `undefined` where no route is meant. */
export function algorithmsFor(jwts: readonly LocalJwt[], audience: readonly string[]): readonly string[] | undefined {
  const meant = jwts.filter((one) => one.audience === undefined || audience.includes(one.audience));
  const [first, ...others] = meant.map(({ algorithms }) => algorithms);
  return first?.filter((algorithm) => others.every((list) => list.some((name) => name === algorithm)));
}

function methodsOf(config: Config): { route: string; method: Methods[number] }[] {
  return config.routes.flatMap(({ name, policies }) =>
    policies
      .filter(({ slot }) => slot === "authenticate")
      .flatMap(({ options }) => (options as Methods).map((method) => ({ route: name, method }))),
  );
}
