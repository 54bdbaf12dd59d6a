import { describe, expect, it } from "vitest";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, type Question, WIRES } from "../../helpers/wires.ts";
import { OPENAPI_FOLDER, startPetstore } from "./petstore.ts";

const JSON_TYPE = { "content-type": "application/json" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const NEW_PET = { name: "Rex", price: 12.5, kind: { species: "Dog", barks: true } };
const json = (value: unknown, headers = {}) => ({ headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) });

type Case = readonly [operation: string, path: string, question?: Question];

/** For every operation, what it takes. */
const VALID: readonly Case[] = [
  ["GET", "/pets"],
  ["GET", "/pets?limit=1&status=available&status=sold&tags=ab,cd&range[min]=1&range[max]=2.5&vaccinated=true&other=x"],
  ["GET", "/pets?vaccinated=&tags=a%2Cb", { headers: { "x-trace": "1f0c4a52-7a3c-4b62-9d1e-0c1f6a3f5a11" } }],
  ["HEAD", "/pets?limit=5"],
  ["POST", "/pets", json(NEW_PET)],
  ["POST", "/pets", json({ ...NEW_PET, kind: { species: "cat", lives: 9 }, born: null, owner: null })],
  ["POST", "/pets", json({ ...NEW_PET, kind: { species: "hound", barks: false }, owner: { email: "a@b.example" } })],
  ["POST", "/pets", json(NEW_PET, { "content-type": "application/json; charset=utf-8" })],
  ["POST", "/pets", { headers: FORM, body: "name=Rex+II&price=3&vaccinated=false&nicknames=ab&nicknames=cd" }],
  ["POST", "/pets", { headers: FORM, body: "name=R&price=3&owner[email]=a%40b.example" }],
  ["GET", "/pets/mine", { headers: { cookie: "a=b; session=0123abcd" } }],
  ["GET", "/pets/7"],
  ["GET", "/pets/7", { headers: { "x-fields": "name, price" } }],
  ["PUT", "/pets/7", json(NEW_PET)],
  ["PATCH", "/pets/7", json({ name: null }, { "content-type": "application/merge-patch+json" })],
  ["PATCH", "/pets/7"],
  ["DELETE", "/pets/7", { headers: { "if-match": '"a"' } }],
  ["POST", "/pets/7/photo", { headers: { "content-type": "multipart/form-data; boundary=x" }, body: "--x--" }],
  ["POST", "/pets/7/photo", { headers: { "content-type": "image/png" }, body: "png" }],
  ["PUT", "/pets/7/notes.md", { headers: { "content-type": "text/plain" }, body: "likes fish" }],
  ["POST", "/orders", json({ items: [{ pet: 1, price: 0 }], replaces: { items: [{ pet: 2, price: 1 }] } })],
  ["GET", "/reports/.2024/;ids=1,2?columns=sum|mean&rows=1%202%203&offset=3&size=50&filter=%7B%22field%22:%22a%22%7D"],
];

/** For every operation, what it does not take, and each fault as "place pointer keyword". */
const INVALID: readonly (readonly [operation: string, path: string, question: Question, faults: readonly string[]])[] =
  [
    ["GET", "/pets?limit=0", {}, ["query /limit minimum"]],
    ["GET", "/pets?limit=1e1", {}, ["query /limit type"]],
    ["GET", "/pets?limit=%201", {}, ["query /limit type"]],
    ["GET", "/pets?limit=1&limit=1000", {}, ["query /limit unique"]],
    ["GET", "/pets?limit=%ff", {}, ["query /limit encoding"]],
    ["GET", "/pets?status=sold&status=stolen", {}, ["query /status/1 enum"]],
    ["GET", "/pets?tags=ab,c&vaccinated=yes", {}, ["query /tags/1 minLength", "query /vaccinated type"]],
    [
      "GET",
      "/pets?range[min]=low&range[mid]=3",
      {},
      ["query /range/mid additionalProperties", "query /range/min type"],
    ],
    ["GET", "/pets", { headers: { "x-trace": "1" } }, ["header /x-trace format"]],
    ["POST", "/pets", {}, ["body  required"]],
    ["POST", "/pets", json({}), ["body /name required", "body /kind required", "body /price required"]],
    ["POST", "/pets", json({ ...NEW_PET, id: 8, price: 0 }), ["body /id readOnly", "body /price exclusiveMinimum"]],
    ["POST", "/pets", json({ ...NEW_PET, kind: { species: "fish" } }), ["body /kind/species enum"]],
    ["POST", "/pets", json({ ...NEW_PET, kind: { species: "cat", lives: 10 } }), ["body /kind/lives maximum"]],
    ["POST", "/pets", json({ ...NEW_PET, owner: {} }), ["body /owner/email required"]],
    [
      "POST",
      "/pets",
      json({ ...NEW_PET, owner: { email: "e", friend: {} } }),
      ["body /owner/email format", "body /owner/friend/email required"],
    ],
    [
      "POST",
      "/pets",
      json({ ...NEW_PET, born: "2024-02-30", nicknames: ["a", "a"] }),
      ["body /born format", "body /nicknames uniqueItems"],
    ],
    [
      "POST",
      "/pets",
      { headers: FORM, body: "name=Rex&price=cheap&nicknames=a&age=3" },
      ["body /age additionalProperties", "body /price type", "body /nicknames/0 minLength"],
    ],
    ["GET", "/pets/mine", {}, ["cookie /session required"]],
    ["GET", "/pets/mine", { headers: { cookie: "session=0123ABCD" } }, ["cookie /session pattern"]],
    ["GET", "/pets/rex", {}, ["path /petId type"]],
    ["GET", "/pets/0", { headers: { "x-fields": "name,owner" } }, ["path /petId minimum", "header /x-fields/1 enum"]],
    ["PUT", "/pets/7", json({ ...NEW_PET, name: "" }), ["body /name minLength"]],
    [
      "PATCH",
      "/pets/7",
      json({ name: 7, prize: 3 }, { "content-type": "application/merge-patch+json" }),
      ["body /prize additionalProperties", "body /name type"],
    ],
    ["DELETE", "/pets/7", {}, ["header /if-match required"]],
    ["POST", "/pets/-1/photo", { headers: { "content-type": "image/png" }, body: "png" }, ["path /petId minimum"]],
    ["PUT", "/pets/7/notes.exe", { headers: { "content-type": "text/plain" }, body: "x" }, ["path /format enum"]],
    [
      "PUT",
      "/pets/7/notes.md",
      { headers: { "content-type": "text/plain" }, body: "x".repeat(41) },
      ["body  maxLength"],
    ],
    [
      "POST",
      "/orders",
      json({ items: [{ pet: 1, price: "3" }, { pet: 0 }, { pet: 1, price: 1, tip: 1 }] }),
      [
        "body /items/0/price type",
        "body /items/1/price required",
        "body /items/1/pet minimum",
        "body /items/2/tip additionalProperties",
      ],
    ],
    [
      "POST",
      "/orders",
      json({ number: "A", items: [], replaces: { items: [{}] } }),
      [
        "body /number readOnly",
        "body /items minItems",
        "body /replaces/items/0/pet required",
        "body /replaces/items/0/price required",
      ],
    ],
    [
      "GET",
      "/reports/1999/;ids=1,x?columns=max&rows=1%20a&size=51&filter=%7B%7D",
      {},
      [
        "path /year minimum",
        "path /ids/1 type",
        "query /columns/0 enum",
        "query /rows/1 type",
        "query /page/offset required",
        "query /page/size maximum",
        "query /filter/field required",
      ],
    ],
    ["GET", "/reports/2024/;other=1?filter=x", {}, ["path /ids encoding", "query /filter json"]],
  ];

async function startShop() {
  const store = await startPetstore();
  const { port } = await startGateway(
    {
      services: { pets: [store.url] },
      routes: [
        {
          match: "/shop",
          service: "pets",
          rewrite: { stripPrefix: true },
          policies: { validate: { openapi: "petstore.yaml" } },
        },
      ],
    },
    { baseDirectory: OPENAPI_FOLDER },
  );
  return { store, port };
}

describe.each(WIRES)("validate with a petstore over %s", (wire) => {
  it("lets through what each operation takes, as it came", async () => {
    const { store, port } = await startShop();
    for (const [method, path, question] of VALID) {
      const before = store.requests.length;
      const reply = await ask(wire, port, { method, path: `/shop${path}`, ...question });
      expect([method, path, reply.status < 300, reply.text.includes("GW0")]).toEqual([method, path, true, false]);
      expect(store.requests[before]?.url).toBe(path);
      expect(store.bodies[before]).toBe(question?.body ?? "");
    }
  });

  it("refuses what each operation does not take, with a pointer for each fault", async () => {
    const { store, port } = await startShop();
    for (const [method, path, question, faults] of INVALID) {
      const reply = await ask(wire, port, { method, path: `/shop${path}`, ...question });
      const problem = JSON.parse(reply.text) as { code: string; errors: Record<string, string>[] };
      const found = problem.errors?.map((one) => `${one["in"]} ${one["pointer"]} ${one["keyword"]}`);
      expect([method, path, reply.status, problem.code]).toEqual([method, path, 400, "GW0514"]);
      expect([path, found]).toEqual([path, faults]);
    }
    expect(store.requests).toHaveLength(0);
  });

  it("covers every operation with both", () => {
    const count = (cases: readonly (readonly unknown[])[]) =>
      new Set(cases.map(([method, path]) => `${String(method)} ${templateOf(String(path))}`));
    expect([...count(VALID)].filter((name) => !name.startsWith("HEAD")).sort()).toEqual([...count(INVALID)].sort());
    expect(count(INVALID).size).toBe(11);
  });

  it.each<
    [name: string, question: Question & { path: string }, status: number, code: string, fields: Record<string, string>]
  >([
    ["a path that is not there", { path: "/shop/cats" }, 404, "GW0517", {}],
    ["a closing slash", { path: "/shop/pets/" }, 404, "GW0517", {}],
    [
      "a method that is not there",
      { path: "/shop/pets/7", method: "POST" },
      405,
      "GW0518",
      { allow: "GET, HEAD, PUT, DELETE, PATCH" },
    ],
    [
      "the literal path's methods",
      { path: "/shop/pets/mine", method: "DELETE" },
      405,
      "GW0518",
      { allow: "GET, HEAD" },
    ],
    [
      "another media type",
      { path: "/shop/pets", method: "POST", headers: { "content-type": "text/xml" }, body: "<pet/>" },
      415,
      "GW0515",
      { accept: "application/json, application/x-www-form-urlencoded" },
    ],
    [
      "two media types",
      { path: "/shop/pets", method: "POST", headers: { "content-type": "application/json, text/xml" }, body: "{}" },
      415,
      "GW0515",
      {},
    ],
    ["no media type", { path: "/shop/pets", method: "POST", body: "{}" }, 415, "GW0515", {}],
    [
      "another charset",
      {
        path: "/shop/pets",
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-16" },
        body: "{}",
      },
      415,
      "GW0515",
      {},
    ],
    [
      "a coding that nobody knows",
      { path: "/shop/pets", method: "POST", headers: { ...JSON_TYPE, "content-encoding": "lzma" }, body: "{}" },
      415,
      "GW0515",
      { "accept-encoding": "gzip, deflate, br" },
    ],
    [
      "a body beyond the limit",
      { path: "/shop/pets", method: "POST", headers: JSON_TYPE, body: `"${"x".repeat(1_048_576)}"` },
      413,
      "GW0516",
      {},
    ],
  ])("answers %s", async (_, question, status, code, fields) => {
    const { store, port } = await startShop();
    const reply = await ask(wire, port, question);
    expect([reply.status, (JSON.parse(reply.text) as { code: string }).code]).toEqual([status, code]);
    expect(reply.headers).toMatchObject(fields);
    expect(store.requests).toHaveLength(0);
  });
});

function templateOf(path: string): string {
  return path
    .replace(/\?.*$/, "")
    .replace(/\/pets\/(?!mine)[^/]+/, "/pets/{id}")
    .replace(/notes\..*$/, "notes")
    .replace(/^\/reports.*$/, "/reports");
}
