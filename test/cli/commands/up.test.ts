import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { runCli } from "../../helpers/context.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { beginUp, plain, startUp } from "../up/running-up.ts";

const config = (services: string, more = "admin: false") => ({
  "gateway.config.yaml": `version: 1
listeners: [{ http: 0 }]
${more}
services:
  users: ${services}
routes:
  - { name: users, match: /users, service: users }
`,
});

describe("up", () => {
  it("lists every listener, service and endpoint with its health, and the URLs, on stderr", async () => {
    const live = await startEndpoint();
    const dead = await startEndpoint();
    await dead.kill();
    const up = await startUp([], {
      files: {
        "gateway.config.yaml": `version: 1
listeners: [{ http: 0 }, { http: "127.0.0.1:${await freePort()}" }]
admin: false
services:
  users:
    endpoints: [{ url: "${live.url}", weight: 3 }, { url: "${dead.url}", backup: true }]
    algorithm: weighted-round-robin
    health: { path: /healthz }
  orders: ["${dead.url}"]
routes:
  - { match: /users, service: users }
  - { match: /orders, service: orders }
`,
      },
    });
    const text = up.stderr();
    expect(up.urls).toHaveLength(2);
    for (const url of up.urls) {
      expect(text).toContain(`│ http :${new URL(url).port} `);
      expect(await (await fetch(`${url}/users`)).text()).toBe("ok");
    }
    expect(text).toMatch(new RegExp(`│ users +│ weighted-round-robin │ ${live.url} \\(weight 3\\) +│ healthy +│`));
    expect(text).toContain(`│ ${dead.url} (backup) `);
    expect(text).toMatch(new RegExp(`│ orders +│ round-robin +│ ${dead.url} +│ down: connection refused │`));
    expect(text).toContain("no endpoint of orders answers: start it");
    expect(text).not.toContain("no endpoint of users answers");
    expect(text).toContain("gateway.config.yaml is up at http://localhost:");
    expect(text).toContain("gatewayctl route GET /users says where");
    // The first thing on stdout is data.
    await eventually(() => expect(up.lines().length).toBeGreaterThan(0));
  });

  it("writes a JSON line for each request to stdout, and no prose", async () => {
    const { url: endpoint } = await startEndpoint();
    const up = await startUp([], { files: config(`["${endpoint}"]`) });
    await fetch(`${up.url}/users/7?secret=1`);
    await fetch(`${up.url}/nowhere`);
    await eventually(() => expect(up.lines()).toHaveLength(2));
    expect(up.lines()[0]).toMatchObject({
      method: "GET",
      path: "/users/7",
      status: 200,
      route: "users",
      service: "users",
      endpoint,
      attempts: 1,
      code: null,
    });
    expect(up.lines()[1]).toMatchObject({ status: 404, code: "GW0201", route: null });
    up.interrupt();
    expect(await up.done).toBe(0);
    expect(up.stderr()).toMatch(/stopping\n$/);
    expect(up.lines()).toHaveLength(2);
  });

  it("writes lines for eyes where stdout is a terminal", async () => {
    const { url: endpoint } = await startEndpoint();
    const up = await startUp([], { files: config(`["${endpoint}"]`), tty: true });
    await fetch(`${up.url}/users/7`);
    await up.waitFor("/users/7");
    expect(up.stdout()).toMatch(/^\d\d:\d\d:\d\d {2}200 {2}GET {5}\/users\/7 +→ users · :\d+ +\d+\.\d ms/m);
  });

  it("logs to the file that the config names, beside the config and not beside the shell", async () => {
    const { url: endpoint } = await startEndpoint();
    const folder = tempDir();
    const files = config(`["${endpoint}"]`, "admin: false\ntelemetry: { accessLog: { path: ./access.log } }");
    const up = await startUp(["--config", "sub/gateway.config.yaml"], {
      cwd: folder,
      files: { "sub/gateway.config.yaml": files["gateway.config.yaml"] },
    });
    await fetch(`${up.url}/users`);
    up.interrupt();
    expect(await up.done).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "sub/access.log"), "utf8"))).toMatchObject({ path: "/users" });
    expect(up.stdout()).toBe("");
  });

  it("listens with --port instead of on the first listener's port, and keeps the others", async () => {
    const { url: endpoint } = await startEndpoint();
    const [first, second, other] = [await freePort(), await freePort(), await freePort()];
    const files = config(`["${endpoint}"]`);
    const up = await startUp(["--port", String(other)], {
      files: {
        "gateway.config.yaml": files["gateway.config.yaml"].replace(
          "{ http: 0 }",
          `{ http: ${first} }, { http: ${second} }`,
        ),
      },
    });
    expect(up.urls).toEqual([`http://localhost:${other}`, `http://localhost:${second}`]);
    for (const url of up.urls) expect((await fetch(`${url}/users`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${first}/`)).rejects.toThrow();
  });

  it("is quiet with --quiet: data only", async () => {
    const { url: endpoint } = await startEndpoint();
    const port = await freePort();
    const { fake, done } = beginUp(["--quiet", "--port", String(port)], { files: config(`["${endpoint}"]`) });
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/users`)).status).toBe(200));
    await eventually(() => expect(fake.interrupt()).toBeGreaterThan(0));
    expect(await done).toBe(0);
    expect(fake.stderr()).toBe("");
    expect(fake.stdout()).toContain('"path":"/users"');
  });

  it("repeats random choices with the same --seed", async () => {
    const endpoints = await Promise.all(
      ["a", "b", "c"].map((name) => startEndpoint((_, response) => response.end(name))),
    );
    const files = config(`{ endpoints: ${JSON.stringify(endpoints.map(({ url }) => url))}, algorithm: random }`);
    const picks = async (seed: string): Promise<string> => {
      const up = await startUp(["--seed", seed], { files });
      let said = "";
      for (let i = 0; i < 24; i++) said += await (await fetch(`${up.url}/users`)).text();
      up.interrupt();
      await up.done;
      return said;
    };
    const once = await picks("x");
    expect(await picks("x")).toBe(once);
    // One of 3^24 equally likely words.
    expect(await picks("y")).not.toBe(once);
  });
});

describe("up and the admin API", () => {
  it("is found by status in the same folder while it runs", async () => {
    const { url: endpoint } = await startEndpoint();
    const env = { XDG_STATE_HOME: tempDir() };
    const up = await startUp([], { files: config(`["${endpoint}"]`, ""), env });
    expect(up.stderr()).toMatch(/admin API and metrics at http:\/\/127\.0\.0\.1:99\d\d\n/);
    expect((await runCli(["status"], { cwd: up.cwd, env })).stdout).toContain("gateway.config.yaml is up for");
    up.interrupt();
    await up.done;
    expect((await runCli(["status"], { cwd: up.cwd, env })).exitCode).toBe(69);
  });

  it("has none with `admin: false`", async () => {
    const { url: endpoint } = await startEndpoint();
    const env = { XDG_STATE_HOME: tempDir() };
    const up = await startUp([], { files: config(`["${endpoint}"]`), env });
    expect(up.stderr()).not.toContain("admin");
    expect((await runCli(["status"], { cwd: up.cwd, env })).exitCode).toBe(69);
  });
});

describe("up on Ctrl-C", () => {
  /** A service that answers when the test says so. */
  async function slow() {
    const held: (() => void)[] = [];
    const endpoint = await startEndpoint((_, response) => void held.push(() => response.end("at last")));
    const up = await startUp([], { files: config(`["${endpoint.url}"]`) });
    const answer = fetch(`${up.url}/users`).then(
      (response) => response.text(),
      () => "cut",
    );
    await eventually(() => expect(held).toHaveLength(1));
    return { up, answer, release: () => held.forEach((end) => end()) };
  }

  it("lets requests in flight finish, takes no others, and exits 0", async () => {
    const { up, answer, release } = await slow();
    up.interrupt();
    await up.waitFor("stopping, waiting for 1 request; Ctrl-C again ends at once");
    await expect(fetch(`${up.url}/users`)).rejects.toThrow();
    release();
    expect(await answer).toBe("at last");
    expect(await up.done).toBe(0);
    expect(up.stderr()).not.toContain("cut");
    expect(up.lines()).toMatchObject([{ status: 200 }]);
  });

  it("cuts them at the second", async () => {
    const { up, answer } = await slow();
    up.interrupt();
    await up.waitFor("stopping");
    up.interrupt();
    expect(await up.done).toBe(0);
    expect(await answer).toBe("cut");
    expect(up.stderr()).toContain("1 request was cut\n");
  });

  it("cuts them after limits.drainTimeout", async () => {
    const endpoint = await startEndpoint(() => {});
    const up = await startUp([], {
      files: config(`["${endpoint.url}"]`, "admin: false\nlimits: { drainTimeout: 100ms }"),
    });
    const answer = fetch(`${up.url}/users`).catch(() => "cut");
    await eventually(() => expect(endpoint.requests).toHaveLength(1));
    up.interrupt();
    expect(await up.done).toBe(0);
    expect(await answer).toBe("cut");
    expect(up.stderr()).toContain("1 request was cut\n");
  });

  it("leaves Ctrl-C alone once it has ended", async () => {
    const { url: endpoint } = await startEndpoint();
    const up = await startUp([], { files: config(`["${endpoint}"]`) });
    up.interrupt();
    await up.done;
    expect(up.interrupt()).toBe(0);
  });
});

describe("up with services that it runs", () => {
  const SERVER = `import { createServer } from "node:http";
import { existsSync } from "node:fs";
const server = createServer((_, response) => response.end(String(process.pid)));
const begin = () => existsSync("wait") ? setTimeout(begin, 20) : server.listen(process.env.PORT, "127.0.0.1", () => console.log("listens"));
begin();
process.once("SIGTERM", () => process.exit(0));
`;
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const files = (instances: number) => ({
    "server.mjs": SERVER,
    ...config(`{ run: { command: exec node server.mjs, instances: ${instances} }, hold: 10s }`),
  });
  const ask = async (url: string): Promise<number> => Number(await (await fetch(`${url}/users`)).text());

  it("starts them, shows what they write, starts a killed one again without an error, and leaves none behind", async () => {
    const up = await startUp([], { files: files(2) });
    expect(plain(up.stderr())).toMatch(/│ users +│ round-robin │ http:\/\/localhost:\d+ │ healthy │/);
    const pids = new Set([await ask(up.url), await ask(up.url)]);
    expect(pids.size).toBe(2);
    await eventually(() =>
      expect(up.lines().filter(({ msg }) => msg === "listens")).toMatchObject([
        { service: "users", stream: "stdout" },
        { service: "users", stream: "stdout" },
      ]),
    );

    const [victim = 0] = pids;
    process.kill(victim, "SIGKILL");
    const seen = new Set<number>();
    await eventually(async () => {
      seen.add(await ask(up.url));
      expect([...seen].filter((pid) => !pids.has(pid))).toHaveLength(1);
    });
    await eventually(() => expect(up.stdout()).toContain('"msg":"ended: signal SIGKILL"'));
    expect(up.stdout()).toContain('"msg":"restarting in 250 ms"');
    const statuses = up.lines().flatMap(({ status }) => (status === undefined ? [] : [status]));
    expect(new Set(statuses)).toEqual(new Set([200]));

    up.interrupt();
    expect(await up.done).toBe(0);
    for (const pid of [...pids, ...seen]) expect(isAlive(pid)).toBe(false);
  }, 20_000);

  it("holds requests while they start", async () => {
    const port = await freePort();
    const { fake, done } = beginUp(["--port", String(port)], { files: { ...files(1), wait: "" } });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${url}/nowhere`)).status).toBe(404));
    let answered = false;
    const answer = ask(url).finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    const { rmSync } = await import("node:fs");
    rmSync(join(fake.cwd, "wait"));
    const pid = await answer;
    expect(isAlive(pid)).toBe(true);
    await fake.waitFor("is up at");
    fake.interrupt();
    expect(await done).toBe(0);
    expect(isAlive(pid)).toBe(false);
  }, 20_000);

  it("ends them even when it is interrupted before they are ready", async () => {
    const { fake, done } = beginUp([], {
      files: {
        "server.mjs": 'console.log("pid", process.pid); setInterval(() => {}, 1000);',
        ...config("{ run: { command: exec node server.mjs } }"),
      },
    });
    await fake.waitFor('"msg":"pid ');
    const pid = Number(/pid (\d+)/.exec(fake.stdout())?.[1]);
    fake.interrupt();
    expect(await done).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(fake.stderr()).not.toContain("is up at");
  }, 20_000);

  it("shows those that ended at once, and what they said", async () => {
    const up = await startUp([], {
      files: {
        "server.mjs": 'console.error("no database"); process.exit(3);',
        ...config("{ run: { command: node server.mjs, restart: never } }"),
      },
    });
    expect(up.stderr()).toMatch(/│ users +│ round-robin │ instance 1 on port \d+ │ ended +│/);
    await eventually(() => expect(up.stdout()).toContain('"msg":"ended: exit code 3"'));
    expect(up.lines()).toContainEqual(expect.objectContaining({ level: "warn", stream: "stderr", msg: "no database" }));
    expect(up.lines()).toContainEqual(
      expect.objectContaining({ level: "error", msg: "not started again: restart is never" }),
    );
    // At once, and not after `hold`: there is nothing to wait for.
    const refused = await fetch(`${up.url}/users`, { signal: AbortSignal.timeout(2_000) });
    expect(await refused.json()).toMatchObject({ status: 503, code: "GW0302" });
  }, 20_000);
});

describe("up --demo", () => {
  it("shows balancing and failover within seconds, says what to watch and to try, and ends cleanly", async () => {
    const up = await startUp(["--demo", "--port", "0", "--seed", "1"], { tty: true, columns: 80 });
    // After the spinner, which turns in one line.
    const screen = plain(up.stderr()).replace(/^[^┌]*/, "");
    expect(Math.max(...screen.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    for (const text of ["the demo is up at", "users-3 is slow", "orders-3 is flaky", `curl ${up.url}/users/1`])
      expect(screen).toContain(text);
    for (const name of ["users-1", "users-3", "orders-3", "inventory-2"]) expect(screen).toContain(name);
    expect(screen).toMatch(/gatewayctl drain orders \d+ /);
    // The first trouble comes after 2.6 to 4.4 s, and a third of the requests for orders meet it.
    await eventually(() => expect(up.stdout()).toContain("2 tries"));
    const traffic = plain(up.stdout());
    expect(traffic).toContain("orders-3 stops listening");
    expect(traffic).toMatch(/200 {2}GET {5}\/orders\/\d +→ orders-[12] .*2 tries/);
    expect(traffic).not.toMatch(/ 50\d {2}/);
    expect(await (await fetch(`${up.url}/users/1`)).json()).toMatchObject({
      answeredBy: expect.stringMatching(/^users-/),
    });
    up.interrupt();
    expect(await up.done).toBe(0);
    await expect(fetch(up.url)).rejects.toThrow();
  }, 30_000);
});

describe("up that cannot begin", () => {
  it("says both ways on where there is no config, and exits 65", async () => {
    const { exitCode, stdout, stderr } = await runCli(["up"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr).toContain("GW0101");
    expect(stderr).toContain("`gatewayctl init`");
    expect(stderr).toContain("`gatewayctl up --demo`");
  });

  it("does not speak of them where --config names a file that is not there", async () => {
    const { exitCode, stderr } = await runCli(["up", "--config", "none.yaml"]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain("none.yaml");
    expect(stderr).not.toContain("--demo");
  });

  it("shows what is wrong with the config as check does, and exits 65", async () => {
    const { exitCode, stdout, stderr } = await runCli(["up"], { files: config('["localhost:4001"]') });
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr).toMatch(/GW0103 .*is not a URL[^]*\^\^\^\^[^]*write it as http:\/\/localhost:4001/);
    expect(stderr).toContain("1 error in gateway.config.yaml");
  });

  it("names the port that is in use and its owner, and exits 69, with nothing left running", async () => {
    const holder = await startEndpoint();
    const { exitCode, stderr } = await runCli(["up", "--port", String(holder.port)], {
      files: {
        "server.mjs": "setInterval(() => {}, 1000);",
        ...config("{ run: { command: node server.mjs } }"),
      },
    });
    expect(exitCode).toBe(69);
    expect(stderr).toContain(`GW0010  Port ${holder.port} is in use by process ${process.pid}: `);
  });

  it("ends the demo where the port is in use", async () => {
    const holder = await startEndpoint();
    const before = process.getActiveResourcesInfo().filter((each) => each === "TCPServerWrap").length;
    const { exitCode } = await runCli(["up", "--demo", "--port", String(holder.port)]);
    expect(exitCode).toBe(69);
    await eventually(() =>
      expect(process.getActiveResourcesInfo().filter((each) => each === "TCPServerWrap").length).toBeLessThanOrEqual(
        before,
      ),
    );
  });

  it.each(["70000", "x", "-1", "80.5"])("refuses --port %s with exit 64", async (port) => {
    const { exitCode, stderr } = await runCli(["up", `--port=${port}`]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("--port takes a number from 0 to 65535");
  });

  it.each(["0", "65", "x", "-1", "1.5", ""])("refuses --workers %j with exit 64", async (workers) => {
    const { exitCode, stderr } = await runCli(["up", `--workers=${workers}`]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("--workers takes a number from 1 to 64, or auto");
  });

  it("tells warnings and runs all the same", async () => {
    const { url: endpoint } = await startEndpoint();
    const text = `${config(`["${endpoint}"]`)["gateway.config.yaml"]}  - { match: /users/, service: users }\n`;
    const up = await startUp([], { files: { "gateway.config.yaml": text } });
    expect(up.stderr()).toContain("warning GW0114");
    expect(up.stderr()).toContain("1 warning in gateway.config.yaml");
    expect((await fetch(`${up.url}/users`)).status).toBe(200);
  });

  it("says which file it runs where the config is code", async () => {
    const { url: endpoint } = await startEndpoint();
    const value = { version: 1, listeners: [{ http: 0 }], admin: false, services: { users: endpoint }, routes: [] };
    const up = await startUp([], { files: { "gateway.config.mjs": `export default ${JSON.stringify(value)};` } });
    expect(up.stderr()).toMatch(/^running .*gateway\.config\.mjs\n/);
  });
});
