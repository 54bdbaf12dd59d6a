/** One directive of a Cache-Control field. */
interface Directive {
  /** Without quotes; `undefined` where there is none. */
  readonly argument: string | undefined;
  readonly quoted: boolean;
  /** False where it cannot be read, or stands there several times with different arguments. */
  readonly sound: boolean;
}

/** The longest time that can be said (RFC 9111 section 1.2.2). */
const MOST_SECONDS = 2 ** 31;

/** The directives of a message's Cache-Control. */
export class Directives {
  private readonly byName = new Map<string, Directive>();

  /** @param lines the field's values, one per line */
  constructor(lines: readonly string[]) {
    for (const line of lines) for (const element of splitList(line)) this.add(element);
  }

  private add(element: string): void {
    const at = element.indexOf("=");
    const name = (at < 0 ? element : element.slice(0, at)).trim().toLowerCase();
    const directive =
      at < 0 ? { argument: undefined, quoted: false, sound: true } : readArgument(element.slice(at + 1));
    const before = this.byName.get(name);
    this.byName.set(name, before === undefined ? directive : joined(before, directive));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Is it there without an argument? */
  isBare(name: string): boolean {
    const directive = this.byName.get(name);
    return directive !== undefined && directive.sound && directive.argument === undefined;
  }

  /**
   * A time in seconds: 0 where what stands there is none, which is how caches are encouraged to see it (RFC 9111 section
   * 4.2.1), and where two different times are given.
   */
  seconds(name: string): number | undefined {
    const directive = this.byName.get(name);
    if (directive === undefined) return undefined;
    const { argument, sound } = directive;
    if (!sound || argument === undefined || !/^\d+$/.test(argument)) return 0;
    return Math.min(Number(argument), MOST_SECONDS);
  }

  /**
   * Of `no-cache` and `private`: the fields that it is about (RFC 9111 sections 5.2.2.4 and 5.2.2.7), in lower case, or
   * "all" for the whole response. What is not quoted, or is no list of names, is taken for the stricter form.
   */
  fields(name: string): "all" | readonly string[] | undefined {
    const directive = this.byName.get(name);
    if (directive === undefined) return undefined;
    const { argument, quoted, sound } = directive;
    if (!sound || !quoted || argument === undefined) return "all";
    const names = argument.split(",").map((each) => each.trim().toLowerCase());
    const named = names.filter((each) => each !== "");
    return named.length === 0 || !named.every((each) => /^[!#$%&'*+.^_`|~\da-z-]+$/.test(each)) ? "all" : named;
  }
}

/** The elements of a list (RFC 9110 section 5.6.1): commas between quotes do not divide them. */
function splitList(line: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (char === "," && !quoted) {
      elements.push(line.slice(start, i));
      start = i + 1;
    }
  }
  elements.push(line.slice(start));
  return elements.filter((element) => element.trim() !== "");
}

/** RFC 9111 section 5.2: both forms are accepted, whichever a directive is defined with. */
function readArgument(text: string): Directive {
  const argument = text.trim();
  if (!argument.startsWith('"')) return { argument, quoted: false, sound: !argument.includes('"') };
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(argument)?.[1];
  if (quoted === undefined) return { argument: undefined, quoted: true, sound: false };
  return { argument: quoted.replace(/\\(.)/gs, "$1"), quoted: true, sound: true };
}

/** Of a directive that stands there twice. */
function joined(first: Directive, second: Directive): Directive {
  if (first.argument === second.argument) return first;
  // Lists of fields add up; one without a list is about all of them.
  if (first.quoted && second.quoted && first.sound && second.sound && !/^\d*$/.test(first.argument ?? "")) {
    return { argument: `${first.argument},${second.argument}`, quoted: true, sound: true };
  }
  return { argument: undefined, quoted: false, sound: false };
}
