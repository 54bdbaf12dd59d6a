import { describe, expect, it } from "vitest";
import { holesOf, parsePartTemplate, type PartSource } from "../../../src/config/compose/part-template.ts";
import { type AnsweredPart, type ComposedRequest, readSource } from "../../../src/gateway/compose/read-source.ts";
import { facts } from "../facts.ts";

const REQUEST: ComposedRequest = {
  headers: facts({}, [
    ["x-tenant", "t"],
    ["x-name", Buffer.from("Zoë").toString("latin1")],
    ["x-odd", "\xff"],
  ]).headers,
  query: "id=7&empty=&name=Zo%C3%AB+%26",
  captures: { shop: "a%2Fb" },
  principal: {
    id: "s-1",
    consumer: undefined,
    roles: [],
    scopes: [],
    claims: { plan: "gold", level: 3, realm: { city: "x" }, list: [1] },
    method: "jwt",
  },
};

const PARTS: Readonly<Record<string, AnsweredPart>> = {
  user: {
    status: 201,
    body: JSON.parse(
      '{"id":7,"ok":true,"no":null,"text":"a","big":12345678901234567890,"max":9007199254740991,"half":1.5,"list":[{"a":"b"}],"":1}',
    ),
  },
  plain: { status: 200, body: "text" },
};

function read(name: string, request = REQUEST) {
  const template = parsePartTemplate(`{${name}}`);
  if ("fault" in template) throw new Error(template.fault);
  return readSource(holesOf(template)[0]?.source as PartSource, request, (part) => PARTS[part]);
}

const missing = { lacks: "is missing" };

describe("readSource", () => {
  it.each([
    ["shop", { encoded: "a%2Fb" }],
    ["toString", missing],
    ["query.id", { text: "7" }],
    ["query.empty", { text: "" }],
    ["query.name", { text: "Zoë &" }],
    ["query.nothing", missing],
    ["header.x-tenant", { text: "t" }],
    ["header.x-name", { text: "Zoë" }],
    ["header.x-odd", { text: "\xff" }],
    ["header.x-none", missing],
    ["consumer", { text: "s-1" }],
    ["claim.plan", { text: "gold" }],
    ["claim.level", { text: "3" }],
    ["claim.realm.city", { text: "x" }],
    ["claim.list", { lacks: "is no text, number or boolean" }],
    ["claim.nothing", missing],
    ["user.status", { text: "201" }],
    ["user.body.id", { text: "7" }],
    ["user.body.ok", { text: "true" }],
    ["user.body.half", { text: "1.5" }],
    ["user.body.max", { text: "9007199254740991" }],
    ["user.body.list.0.a", { text: "b" }],
    ["user.body.no", { lacks: "is null" }],
    ["user.body.list", { lacks: "is no text, number or boolean" }],
    ["user.body.constructor.name", missing],
    ["user.body.text.length", missing],
    ["user.body.list.length", { text: "1" }],
    ["plain.body", { text: "text" }],
    ["gone.body.id", { lacks: "is missing: the part gone failed" }],
  ])("%s", (name, value) => {
    expect(read(name)).toEqual(value);
  });

  it("takes no number that may have been rounded for what it was", () => {
    expect(read("user.body.big")).toEqual({ lacks: "is a number too large to be exact" });
  });

  it("knows nothing of callers that nobody knows", () => {
    const unknown = { ...REQUEST, principal: undefined };
    expect([read("consumer", unknown), read("claim.plan", unknown)]).toEqual([missing, missing]);
  });
});
