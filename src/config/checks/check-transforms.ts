import { createRequire } from "node:module";
import type jsonata from "jsonata";
import { EXCHANGE_NAMES, parseTemplate, type TransformOptions } from "../../policies/transform/schema.ts";
import { captureNames } from "../../routing/captures.ts";
import { nearest } from "../../shared/nearest.ts";
import type { ConfigPath } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

interface PlacedTransform {
  readonly options: TransformOptions;
  readonly path: ConfigPath;
  /** What paths capture where it applies; `undefined` if that is not known. */
  readonly captures: readonly string[] | undefined;
}

/** Expressions of `transform` that do not parse (GW0145); templates that name what no path captures (GW0147). */
export function checkTransforms(parts: SoundParts): Problem[] {
  return placedTransforms(parts).flatMap((placed) => [...checkExpressions(placed), ...checkCaptures(placed)]);
}

function placedTransforms({ policies, routes }: SoundParts): PlacedTransform[] {
  const placed: PlacedTransform[] = [];
  const all = routes.map((route) => route?.match.flatMap(captureNames));
  if (policies.transform) {
    // It applies to whatever route has none of its own: what one of them captures may be empty in another.
    const captures = all.includes(undefined) ? undefined : all.flatMap((names) => names ?? []);
    placed.push({ options: policies.transform, path: ["policies", "transform"], captures });
  }
  routes.forEach((route, i) => {
    const options = route?.policies.transform;
    if (options) placed.push({ options, path: ["routes", i, "policies", "transform"], captures: all[i] });
  });
  return placed;
}

function checkExpressions({ options, path }: PlacedTransform): Problem[] {
  return (["request", "response"] as const).flatMap((side) => {
    const map = options[side]?.body?.map;
    const fault = map === undefined ? undefined : expressionFault(map);
    return fault === undefined ? [] : [problem("GW0145", [...path, side, "body", "map"], fault)];
  });
}

/** The engine is loaded only where there is an expression. */
function expressionFault(source: string): string | undefined {
  const compile = createRequire(import.meta.url)("jsonata") as typeof jsonata;
  try {
    compile(source);
    return undefined;
  } catch (error) {
    const { message, position } = error as jsonata.JsonataError;
    const place = typeof position === "number" ? ` at character ${position}` : "";
    return `the expression does not parse${place}: ${message.replace(/[\s.]+$/, "")}`;
  }
}

function checkCaptures({ options, path, captures }: PlacedTransform): Problem[] {
  if (captures === undefined) return [];
  return templatesOf(options).flatMap(({ text, at }) => {
    const template = parseTemplate(text, "body");
    if ("fault" in template) return [];
    const names = template.pieces.flatMap((piece) =>
      typeof piece !== "string" && piece.source === "capture" ? [piece.name] : [],
    );
    return names
      .filter((name) => !captures.includes(name))
      .map((name) => problem("GW0147", [...path, ...at], `no path captures {${name}}`, hintFor(name, captures)));
  });
}

function hintFor(name: string, captures: readonly string[]): string {
  const meant = nearest(name, [...captures, ...EXCHANGE_NAMES, "status"]);
  if (meant !== undefined) return `did you mean {${meant}}?`;
  return captures.length === 0 ? "the path has no captures; write {{ for a brace" : `captured: ${captures.join(", ")}`;
}

interface PlacedText {
  readonly text: string;
  readonly at: ConfigPath;
}

function templatesOf({ request, response }: TransformOptions): PlacedText[] {
  const sides = [
    { at: ["request", "headers"], edits: request?.headers },
    { at: ["request", "query"], edits: request?.query },
    { at: ["response", "headers"], edits: response?.headers },
  ];
  const values = sides.flatMap(({ at, edits }) =>
    (["set", "add"] as const).flatMap((key) =>
      Object.entries(edits?.[key] ?? {}).map(([name, text]) => ({ text, at: [...at, key, name] })),
    ),
  );
  const bodies = (["request", "response"] as const).flatMap((side) => {
    const text = { request, response }[side]?.body?.template;
    return text === undefined ? [] : [{ text, at: [side, "body", "template"] }];
  });
  return [...values, ...bodies];
}
