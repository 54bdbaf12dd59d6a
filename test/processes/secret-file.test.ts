import { chmodSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configSecret, ensureSecret, readSecret } from "../../src/processes/secret-file.ts";
import { tempDir } from "../helpers/temp-dir.ts";

describe("a secret in a file", () => {
  it("is made once, for this user alone, and stays", () => {
    const folder = tempDir();
    const secret = configSecret(folder);
    expect(secret).toHaveLength(32);
    expect(configSecret(folder)).toEqual(secret);
    const [name = "", ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(configSecret(tempDir())).not.toEqual(secret);
  });

  it.each<[what: string, spoil: (path: string) => void]>([
    ["others could read it", (path) => chmodSync(path, 0o640)],
    ["it is broken", (path) => writeFileSync(path, "short")],
    ["it is empty", (path) => writeFileSync(path, "")],
    [
      "it is a link",
      (path) => {
        const elsewhere = join(tempDir(), "secret");
        ensureSecret(elsewhere);
        rmSync(path);
        symlinkSync(elsewhere, path);
      },
    ],
  ])("is made anew where %s", (_, spoil) => {
    const path = join(tempDir(), "secret");
    const before = ensureSecret(path);
    spoil(path);
    expect(readSecret(path)).toBeUndefined();
    const after = ensureSecret(path);
    expect(after).not.toBe(before);
    expect(readSecret(path)).toBe(after);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
