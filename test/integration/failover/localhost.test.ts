import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";

describe("an endpoint written as localhost", () => {
  it.each(["127.0.0.1", "::1"])("is found where it listens on %s only", async (host) => {
    const endpoint = await startEndpoint(undefined, host);
    const { url, finished } = await startGateway(appConfig([`http://localhost:${endpoint.port}`]));
    for (let i = 0; i < 2; i++) expect(await (await fetch(url)).text()).toBe("ok");
    expect(finished.map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  it("is said to refuse on both addresses where it listens on neither", async () => {
    const endpoint = await startEndpoint();
    await endpoint.kill();
    const { url } = await startGateway(appConfig([`http://localhost:${endpoint.port}`]));
    const response = await fetch(url);
    expect(response.status).toBe(502);
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    expect(code).toBe("GW0301");
    expect(detail).toContain(`ECONNREFUSED 127.0.0.1:${endpoint.port}`);
    expect(detail).toContain(`ECONNREFUSED ::1:${endpoint.port}`);
  });
});
