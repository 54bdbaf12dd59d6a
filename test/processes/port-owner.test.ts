import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { freePorts } from "../../src/processes/free-ports.ts";
import { portOwner } from "../../src/processes/port-owner.ts";

it.each(["127.0.0.1", "::1", "0.0.0.0"])("names the process that listens on %s", async (host) => {
  const script = `require("net").createServer().listen(0, "${host}", function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ["-e", script, "marked"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  const owner = await portOwner(Number(chunk.toString()));
  expect(owner?.pid).toBe(child.pid);
  expect(owner?.command).toContain("marked");
});

it("says nothing of a port on which nobody listens", async () => {
  const [port] = (await freePorts(1, "nobody")) as [number];
  expect(await portOwner(port)).toBeUndefined();
});
