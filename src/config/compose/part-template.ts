/** Where the value comes from that stands in a template in place of `{…}`. */
export type PartSource =
  | { readonly kind: "capture"; readonly name: string }
  | { readonly kind: "query"; readonly name: string }
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "claim"; readonly name: string }
  | { readonly kind: "consumer" }
  | { readonly kind: "status"; readonly part: string }
  | { readonly kind: "body"; readonly part: string; readonly steps: readonly string[] };

/** A `{…}` of a template. */
export interface TemplateHole {
  /** As written, without the braces: "user.body.id". */
  readonly text: string;
  readonly source: PartSource;
}

/** A text with `{…}` in it, taken apart: literal texts and holes in their order. */
export type PartTemplate = readonly (string | TemplateHole)[];

/** Why a template cannot be used: a sentence without a full stop. */
export interface TemplateFault {
  readonly fault: string;
}

/** Names that begin a `{…}` of their own, and so cannot be a part's. */
export const RESERVED_NAMES = ["query", "header", "claim", "consumer"] as const;

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const CAPTURE_NAME = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;
const OF_PART = /^([^.]+)\.(body|status)(?:\.(.+))?$/;

/**
 * Takes a part's path or header apart: `/orders/{user.body.id}?tenant={claim.tenant}`. Braces stand for nothing else.
 * Whether captures and parts of these names exist is not looked at.
 */
export function parsePartTemplate(text: string): PartTemplate | TemplateFault {
  const pieces: (string | TemplateHole)[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    const source = parseSource(match[1] as string);
    if (source === undefined) return { fault: `\`${match[0]}\` names nothing that a part can be given` };
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ text: match[1] as string, source });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  if (pieces.some((piece) => typeof piece === "string" && /[{}]/.test(piece))) {
    return { fault: "a brace stands alone: `{` and `}` only stand around a name" };
  }
  return pieces;
}

function parseSource(text: string): PartSource | undefined {
  if (text === "consumer") return { kind: "consumer" };
  const dot = text.indexOf(".");
  if (dot < 0) return CAPTURE_NAME.test(text) ? { kind: "capture", name: text } : undefined;
  const name = text.slice(dot + 1);
  switch (text.slice(0, dot)) {
    case "query":
      return name === "" ? undefined : { kind: "query", name };
    case "claim":
      return name === "" ? undefined : { kind: "claim", name };
    case "header":
      return FIELD_NAME.test(name) ? { kind: "header", name: name.toLowerCase() } : undefined;
    default:
      return sourceOfPart(text);
  }
}

function sourceOfPart(text: string): PartSource | undefined {
  const [, part = "", what, rest] = OF_PART.exec(text) ?? [];
  if (what === "status") return rest === undefined ? { kind: "status", part } : undefined;
  if (what !== "body") return undefined;
  const steps = rest?.split(".") ?? [];
  return steps.includes("") ? undefined : { kind: "body", part, steps };
}

/** Every `{…}` of a template. */
export function holesOf(template: PartTemplate): readonly TemplateHole[] {
  return template.filter((piece) => typeof piece !== "string");
}

/** The part whose answer a source needs, if it needs one. */
export function partOf(source: PartSource): string | undefined {
  return source.kind === "body" || source.kind === "status" ? source.part : undefined;
}
