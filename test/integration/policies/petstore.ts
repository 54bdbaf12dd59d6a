import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";

/** The folder of the petstore's description. */
export const OPENAPI_FOLDER = fileURLToPath(new URL("../../fixtures/openapi/", import.meta.url));

export const PET = { id: 7, name: "Rex", price: 12.5, kind: { species: "Dog", barks: true } };

/** A petstore that keeps nothing and checks nothing: it answers what its description says. */
export interface Petstore extends TestEndpoint {
  /** Bodies that have come, in order. */
  readonly bodies: string[];
  /** What is answered in place of the pets, from now on. */
  answer: { status: number; headers: Record<string, string | number>; body: string | Buffer } | undefined;
}

export async function startPetstore(): Promise<Petstore> {
  const bodies: string[] = [];
  const endpoint = await startEndpoint((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString());
      const { answer } = store;
      if (answer === undefined) serve(request, response);
      else
        response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length }).end(answer.body);
    });
  });
  const store: Petstore = { ...endpoint, bodies, answer: undefined };
  return store;
}

function serve({ method, url = "" }: IncomingMessage, response: ServerResponse): void {
  const path = url.replace(/\?.*$/, "");
  const json = (status: number, value: unknown, headers = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };
  if (path === "/pets" && method === "GET") return json(200, [PET], { "x-total": "1" });
  if (path === "/pets" && method === "POST") return json(201, PET);
  if (path === "/pets/mine") return json(200, [PET]);
  if (path === "/orders") return json(201, { number: "A-1", items: [{ pet: 7, price: 3 }] });
  if (path.endsWith("/photo")) return void response.writeHead(202).end();
  if (path.startsWith("/reports")) return json(200, { sum: 1 });
  if (method === "GET" || method === "PATCH" || method === "HEAD") return json(200, PET);
  response.writeHead(204).end();
}
