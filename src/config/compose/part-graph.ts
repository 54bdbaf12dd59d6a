import { holesOf, parsePartTemplate, partOf, type PartTemplate } from "./part-template.ts";

/** What of a part names other parts. */
export interface PartTexts {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every template of a part that can be read. */
export function templatesOf({ path, headers }: PartTexts): PartTemplate[] {
  return [path, ...Object.values(headers)].flatMap((text) => {
    const template = parsePartTemplate(text);
    return "fault" in template ? [] : [template];
  });
}

/** The parts whose answers a part needs before it can be asked for, in the order in which it names them. */
export function neededParts(part: PartTexts): string[] {
  const names = templatesOf(part).flatMap((template) => holesOf(template).map(({ source }) => partOf(source)));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The first circle of parts that wait for each other, each naming the next, the last the first; `undefined` if there is
 * none. Depth-first, in the order of the file.
 */
export function findCircle(parts: Readonly<Record<string, PartTexts>>): string[] | undefined {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return path.slice(at);
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined || finished.has(name)) return undefined;
    for (const needed of neededParts(part)) {
      const circle = visit(needed, [...path, name]);
      if (circle !== undefined) return circle;
    }
    finished.add(name);
    return undefined;
  };
  for (const name of Object.keys(parts)) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
