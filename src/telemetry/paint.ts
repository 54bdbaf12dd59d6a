/** Colours by meaning. Raw codes, as a line is made for every request. */
export interface Paint {
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly link: (text: string) => string;
}

const asItIs = (text: string): string => text;
const PLAIN: Paint = { faint: asItIs, good: asItIs, warning: asItIs, bad: asItIs, link: asItIs };

/** ECMA-48 SGR: faint ends with 22, colours with 39. */
const COLORED: Paint = {
  faint: (text) => `\x1b[2m${text}\x1b[22m`,
  good: (text) => `\x1b[32m${text}\x1b[39m`,
  warning: (text) => `\x1b[33m${text}\x1b[39m`,
  bad: (text) => `\x1b[31m${text}\x1b[39m`,
  link: (text) => `\x1b[36m${text}\x1b[39m`,
};

/** Colours, or none. */
export function paintFor(color: boolean): Paint {
  return color ? COLORED : PLAIN;
}
