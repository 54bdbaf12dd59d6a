import { listen } from "./listen.mjs";

const orders = [
  { id: 1, customer: "alice", total: 12.5 },
  { id: 2, customer: "bob", total: 99 },
];

/**
 * Who is calling, as the gateway has proved it. Nobody else can set these fields: the gateway removes them from what
 * clients send. The token itself does not come this far.
 */
function callerOf({ headers }) {
  const roles = (headers["x-consumer-roles"] ?? "").split(",").filter(Boolean);
  return { name: headers["x-consumer-id"], roles };
}

listen("orders", (request, body) => {
  const caller = callerOf(request);
  const [, , id] = new URL(request.url, "http://localhost").pathname.split("/");
  if (request.method === "POST") {
    const order = { ...JSON.parse(body), id: Math.max(0, ...orders.map((each) => each.id)) + 1, customer: caller.name };
    orders.push(order);
    return [201, { order, caller }];
  }
  if (request.method === "DELETE") {
    const index = orders.findIndex((each) => String(each.id) === id);
    if (index < 0) return [404, { error: `no order ${id}` }];
    return [200, { deleted: orders.splice(index, 1)[0], caller }];
  }
  // An admin sees every order, a customer their own: the gateway cannot know whose an order is.
  const seen = orders.filter((each) => caller.roles.includes("admin") || each.customer === caller.name);
  if (!id) return [200, { orders: seen, caller }];
  const order = seen.find((each) => String(each.id) === id);
  return order ? [200, { order, caller }] : [404, { error: `no order ${id}` }];
});
