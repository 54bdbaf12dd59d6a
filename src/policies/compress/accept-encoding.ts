import type { Coding } from "./coding.ts";

/** What a client takes, of what is offered. */
export interface Choice {
  /** `undefined`: the body goes out as it is. */
  readonly coding: Coding | undefined;
  /** The client has refused a body without coding: `identity;q=0`, or `*;q=0` without a word of identity. */
  readonly identityRefused: boolean;
}

/**
 * Chooses a coding by Accept-Encoding. The highest weight wins; among equal ones the order of `offered`, and any of them
 * before none. Identity counts as wanted only where its weight is said, by its name or by `*`. Where nothing offered is
 * acceptable the body goes out as it is, even to a client that refuses that: it can do more with it than with a 406.
 *
 * Without the field a client takes anything, but asks for nothing: it gets the body as it is. What cannot be read as
 * `coding [";" "q=" weight]` excludes the coding that it names; of a coding that is named twice the lesser weight counts.
 *
 * @param field the joined value of all its field lines; `undefined` without any
 * @param offered codings, the preferred one first
 * Source: RFC 9110 section 12.5.3.
 */
export function chooseCoding(field: string | undefined, offered: readonly Coding[]): Choice {
  if (field === undefined) return AS_IT_IS;
  const weights = readWeights(field);
  const others = weights.get("*");
  const identity = weights.get("identity") ?? others;
  let coding: Coding | undefined;
  let best = 0;
  for (const one of offered) {
    const weight = weights.get(one) ?? others ?? 0;
    if (weight > best) {
      best = weight;
      coding = one;
    }
  }
  const wanted = identity === undefined || best >= identity;
  return { coding: wanted ? coding : undefined, identityRefused: identity === 0 };
}

const AS_IT_IS: Choice = { coding: undefined, identityRefused: false };

/** RFC 9110 section 8.4.1.3. */
const ALIASES: Readonly<Record<string, string>> = { "x-gzip": "gzip", "x-compress": "compress" };

const ELEMENT = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+/;

function readWeights(field: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of field.toLowerCase().split(",")) {
    const text = part.trim();
    const [, named, weight = "1"] = ELEMENT.exec(text) ?? [undefined, undefined, "0"];
    const name = named ?? NAME.exec(text)?.[0];
    // Junk behind `*` or identity must not take away what is acceptable by default.
    if (name === undefined || (named === undefined && (name === "*" || name === "identity"))) continue;
    const known = ALIASES[name] ?? name;
    weights.set(known, Math.min(weights.get(known) ?? 1, Number(weight)));
  }
  return weights;
}

/** How many spellings of Accept-Encoding are remembered: browsers and libraries have few. */
const REMEMBERED = 64;
/** Longer ones are read each time, so that nobody can fill the memory with them. */
const SHORT = 256;

export type Choose = (field: string | undefined) => Choice;

/** `chooseCoding` for a fixed offer, with the answers to what clients ask most remembered. */
export function createChooser(offered: readonly Coding[]): Choose {
  const known = new Map<string, Choice>();
  return (field) => {
    if (field === undefined) return AS_IT_IS;
    let choice = known.get(field);
    if (choice === undefined) {
      choice = chooseCoding(field, offered);
      if (field.length > SHORT) return choice;
      if (known.size >= REMEMBERED) known.clear();
      known.set(field, choice);
    }
    return choice;
  };
}
