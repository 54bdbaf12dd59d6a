/** One sample of Prometheus's text format. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

/**
 * Parses text format 0.0.4 strictly: HELP and TYPE once and in front of a family's samples, families not mixed, every
 * label quoted and escaped, every value a number, no sample twice, a line feed at the end.
 */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith("\n")) throw new Error("no line feed at the end");
  const families = new Map<string, ParsedFamily & { samples: ParsedSample[] }>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let current: (ParsedFamily & { samples: ParsedSample[] }) | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const meta = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (meta?.[1] === "HELP") help = { name: meta[2] ?? "", text: meta[3] ?? "" };
    else if (meta?.[1] === "TYPE") {
      const name = meta[2] ?? "";
      if (help?.name !== name || families.has(name)) throw new Error(`TYPE out of place: ${line}`);
      current = { name, type: meta[3] ?? "", help: help.text, samples: [] };
      families.set(name, current);
    } else {
      const sample = parseSample(line);
      if (current === undefined || !belongs(sample.name, current)) throw new Error(`sample out of place: ${line}`);
      const key = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      current.samples.push(sample);
    }
  }
  return families;
}

function belongs(name: string, family: ParsedFamily): boolean {
  if (family.type !== "histogram") return name === family.name;
  return ["_bucket", "_sum", "_count"].some((suffix) => name === family.name + suffix);
}

function parseSample(line: string): ParsedSample {
  const found = SAMPLE.exec(line);
  if (found === null) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = found[2] ?? ""; rest !== ""; ) {
    const label = LABEL.exec(rest);
    if (label === null || label[1] === undefined) throw new Error(`bad labels: ${line}`);
    if (label[1] in labels) throw new Error(`label twice: ${line}`);
    labels[label[1]] = (label[2] ?? "").replace(/\\([\\"n])/g, (_all, char: string) => (char === "n" ? "\n" : char));
    rest = rest.slice(label[0].length);
  }
  const value = found[3] === "+Inf" ? Number.POSITIVE_INFINITY : Number(found[3]);
  if (Number.isNaN(value)) throw new Error(`no number: ${line}`);
  return { name: found[1] ?? "", labels, value };
}
