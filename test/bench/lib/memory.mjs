import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { processTree } from "./process-tree.mjs";

const pageSize = Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }));

/**
 * Memory that a process tree has in use (resident set size, summed: pages that processes share count for each).
 *
 * @param {number} root process id of the group leader
 * @returns {number} bytes
 */
export function residentBytes(root) {
  let pages = 0;
  for (const pid of processTree(root)) {
    try {
      // proc(5): the second number of statm is the resident pages.
      pages += Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    } catch {
      // Ended between the listing and the reading.
    }
  }
  return pages * pageSize;
}
