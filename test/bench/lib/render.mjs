import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Fills the @names@ of a file in configs/ and writes the result into the run's own folder. A name that is a whole quoted
 * string is replaced with its quotes ("@port@" becomes 8080), so that the templates are sound YAML themselves.
 *
 * @param {string} template file name in configs/
 * @param {string} directory where the result is written
 * @param {Record<string, string | number>} values
 * @param {string} [name] file name of the result
 * @returns {string} path of the result
 * @throws {Error} for a name without a value
 */
export function renderConfig(template, directory, values, name = template) {
  const source = readFileSync(new URL(`../configs/${template}`, import.meta.url), "utf8");
  const text = source.replace(/"@(\w+)@"|@(\w+)@/g, (_, quoted, bare) => {
    const key = quoted ?? bare;
    if (values[key] === undefined) throw new Error(`${template}: no value for @${key}@`);
    return String(values[key]);
  });
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/**
 * nginx refuses to run its workers as root unless told so; without root the directive is only a warning.
 *
 * @returns {string}
 */
export function nginxUser() {
  return process.getuid?.() === 0 ? "user root;" : "";
}
