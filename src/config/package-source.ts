import { valueAt } from "./config-path.ts";
import type { Problem } from "./diagnostic.ts";
import type { ParsedText } from "./yaml-source.ts";

/** The section `gatewayctl` of a package.json. Only what is wrong inside it, or with the file's syntax, is ours to say. */
export function packageSection(parsed: ParsedText): ParsedText {
  if (parsed.tree === undefined) return parsed;
  const tree = parsed.tree.entries?.findLast(({ key }) => key === "gatewayctl")?.node;
  const value = valueAt(parsed.value, ["gatewayctl"]);
  const problems = parsed.problems.filter(({ path }) => path[0] === "gatewayctl").map(inSection);
  if (tree !== undefined) return { value, tree, problems };
  const message = "has no section `gatewayctl`";
  return { value: undefined, tree, problems: [{ code: "GW0113", severity: "error", path: [], at: "value", message }] };
}

function inSection(problem: Problem): Problem {
  return { ...problem, path: problem.path.slice(1) };
}
