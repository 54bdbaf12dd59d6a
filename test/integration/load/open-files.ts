import { execFileSync } from "node:child_process";

/** How many files a process may have open: Node raises its own limit to the hard one. */
export function mostOpenFiles(): number {
  const said = execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "latin1" }).trim();
  return said === "unlimited" ? 1_000_000 : Number(said);
}
