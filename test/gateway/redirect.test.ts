import { expect, it } from "vitest";
import { redirectResponse } from "../../src/gateway/redirect.ts";
import type { RedirectPlan } from "../../src/gateway/route-plan.ts";

function location(to: string, query: string): string | undefined {
  const response = redirectResponse({ kind: "redirect", to, status: 308 } as RedirectPlan, { query });
  expect(response).toMatchObject({ status: 308, body: "" });
  return response.fields.find(([name]) => name === "location")?.[1];
}

it.each([
  ["/new", "", "/new"],
  ["/new", "a=b&c", "/new?a=b&c"],
  ["https://b.test/x", "a", "https://b.test/x?a"],
  ["/new?own", "a", "/new?own"],
  ["/new#part", "", "/new#part"],
  ["/new#part", "a", "/new?a#part"],
  ["/new#part?", "a", "/new?a#part?"],
  ["/new?own#part", "a", "/new?own#part"],
])("redirects to %s with the query %j: %s", (to, query, expected) => {
  expect(location(to, query)).toBe(expected);
});
