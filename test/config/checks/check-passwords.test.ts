import { expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";
import { hashPassword } from "../../../src/shared/credentials.ts";

function findings(password: unknown): string[] {
  const consumers = [{ name: "a" }, { name: "b", basic: { username: "b", password } }];
  return loadValue({ version: 1, consumers }).diagnostics.map(
    ({ code, severity, path }) => `${severity} ${code} ${path}`,
  );
}

const AT = "consumers[1].basic.password";

it("warns of a hash that no password is ever of, and of no other", async () => {
  const good = await hashPassword("correct horse");
  expect(findings(good)).toEqual([]);
  for (const hash of ["scrypt:...", good.slice(0, -25), good.replace("16384", "16383"), `${good}:x`]) {
    expect(findings(hash), hash).toEqual([`warning GW0133 ${AT}`]);
  }
  expect(findings(good.replace("16384", "4194304"))).toEqual([`warning GW0133 ${AT}`]);
});

it("leaves what is no hash at all to the schema", () => {
  expect(findings("secret")).toEqual([`error GW0103 ${AT}`]);
  expect(findings(7)).toEqual([`error GW0103 ${AT}`]);
});

it("repeats nothing of the hash", () => {
  const [found] = loadValue({
    version: 1,
    consumers: [{ name: "b", basic: { username: "b", password: "scrypt:s3cret" } }],
  }).diagnostics;
  expect(JSON.stringify(found)).not.toContain("s3cret");
});
