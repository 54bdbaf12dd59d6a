import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configStateDirectory, stateDirectory } from "../../src/processes/state-directory.ts";
import { temporaryFolder } from "./support.ts";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("stateDirectory", () => {
  it("is made under XDG_STATE_HOME, for this user alone", () => {
    const base = temporaryFolder();
    const path = stateDirectory({ XDG_STATE_HOME: base });
    expect(path).toBe(join(base, "gatewayctl"));
    expect(modeOf(path)).toBe("700");
    expect(stateDirectory({ XDG_STATE_HOME: base })).toBe(path);
  });

  it.each([
    ["unset", undefined],
    ["relative", "state"],
    ["empty", ""],
  ])("is under the home when that is %s", (_, given) => {
    const home = temporaryFolder();
    expect(stateDirectory({ HOME: home, XDG_STATE_HOME: given })).toBe(join(home, ".local/state/gatewayctl"));
  });

  it("is refused when others may enter, when it is a file, and when it is a link", () => {
    const base = temporaryFolder();
    mkdirSync(join(base, "open/gatewayctl"), { recursive: true });
    chmodSync(join(base, "open/gatewayctl"), 0o750);
    expect(() => stateDirectory({ XDG_STATE_HOME: join(base, "open") })).toThrow("can be used by others (mode 750)");
    mkdirSync(join(base, "link"));
    symlinkSync(temporaryFolder(), join(base, "link/gatewayctl"));
    expect(() => stateDirectory({ XDG_STATE_HOME: join(base, "link") })).toThrow("is not a folder");
    mkdirSync(join(base, "file"));
    writeFileSync(join(base, "file/gatewayctl"), "");
    expect(() => stateDirectory({ XDG_STATE_HOME: join(base, "file") })).toThrow(/is not a folder/);
  });
});

describe("configStateDirectory", () => {
  it("differs by config, and names the config's folder", () => {
    const env = { XDG_STATE_HOME: temporaryFolder() };
    const one = configStateDirectory(env, "/srv/my shop/gateway.config.yaml");
    const two = configStateDirectory(env, "/srv/my shop/other.yaml");
    expect(basename(one)).toMatch(/^my-shop-[0-9a-f]{12}$/);
    expect(two).not.toBe(one);
    expect(dirname(one)).toBe(stateDirectory(env));
    expect(modeOf(one)).toBe("700");
    expect(configStateDirectory(env, "/srv/my shop/gateway.config.yaml")).toBe(one);
  });

  it("is the same through a link to the config", () => {
    const env = { XDG_STATE_HOME: temporaryFolder() };
    const folder = temporaryFolder();
    writeFileSync(join(folder, "gateway.config.yaml"), "");
    const link = join(temporaryFolder(), "link");
    symlinkSync(folder, link);
    expect(configStateDirectory(env, join(link, "gateway.config.yaml"))).toBe(
      configStateDirectory(env, join(folder, "gateway.config.yaml")),
    );
  });

  it("copes with a config in the root folder", () => {
    const env = { XDG_STATE_HOME: temporaryFolder() };
    expect(basename(configStateDirectory(env, "/gateway.config.yaml"))).toMatch(/^config-[0-9a-f]{12}$/);
  });
});
