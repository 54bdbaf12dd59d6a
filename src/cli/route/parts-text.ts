import type { Decision } from "../../gateway/decide.ts";
import type { TextSink } from "../context.ts";
import type { Style } from "../ui/style.ts";

type Part = NonNullable<Decision["parts"]>[number];

/** Writes what a composition would ask of each part's service, a line a part. */
export function writeParts(sink: TextSink, { parts }: Pick<Decision, "parts">, style: Style): void {
  if (parts === undefined || parts.length === 0) return;
  sink.write(`\n${style.strong("Parts")}\n`);
  const names = Math.max(...parts.map(({ part }) => part.length));
  const requests = Math.min(60, Math.max(...parts.map((part) => requestOf(part).length)));
  const arrow = style.faint("→");
  for (const part of parts) {
    const mark = part.endpoint !== null ? style.good("✓") : part.optional ? style.warning("·") : style.bad("✗");
    const to = part.endpoint === null ? part.service : `${part.service} ${arrow} ${style.good(part.endpoint)}`;
    const line = `${part.part.padEnd(names)}  ${requestOf(part).padEnd(requests)}  ${arrow} ${to}`;
    sink.write(`  ${mark} ${line}  ${style.faint(noteOf(part))}\n`);
  }
}

function requestOf({ method, path }: Part): string {
  return path === null ? `${method} ?` : `${method} ${path}`;
}

function noteOf({ optional, after, algorithm, reason }: Part): string {
  const why = algorithm === null ? reason : `${algorithm}: ${reason.replace(/^It /, "it ")}`;
  return [...(optional ? ["optional"] : []), ...(after.length === 0 ? [] : [`after ${after.join(", ")}`]), why].join(
    "; ",
  );
}
