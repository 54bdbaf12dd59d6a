// Completes package-lock.json: `node .ci/complete-lock.mjs package-lock.json`, after any `npm install`.
// npm leaves out the optional packages of platforms that it could not look up, and `npm ci` then refuses the file.
import { readFileSync, writeFileSync } from "node:fs";
const path = process.argv[2];
const lock = JSON.parse(readFileSync(path, "utf8"));
const OS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32", "netbsd", "openbsd", "sunos", "aix"];
const CPU = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x", "loong64", "mips64el", "wasm32", "ppc"];
let added = 0;
for (const [at, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const parts = at.split("/node_modules/");
    const candidates = [`${at ? `${at}/` : ""}node_modules/${name}`];
    for (let i = parts.length - 1; i > 0; i--)
      candidates.push(`${parts.slice(0, i).join("/node_modules/")}/node_modules/${name}`);
    candidates.push(`node_modules/${name}`);
    if (candidates.some((key) => lock.packages[key])) continue;
    const words = name.split(/[-/_]/);
    const os = OS.filter((o) => words.includes(o)),
      cpu = CPU.filter((c) => words.includes(c));
    const version = /^\d/.test(range) ? range : undefined;
    console.log(name, range, os.join(), cpu.join(), version ? "" : "NO EXACT VERSION");
    if (!version || (os.length === 0 && cpu.length === 0)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os.length ? { os } : {}),
      ...(words.includes("musl") ? { libc: ["musl"] } : words.includes("gnu") ? { libc: ["glibc"] } : {}),
    };
    added++;
  }
}
const [root, ...rest] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => a.localeCompare(b, "en"))]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added, "added");
