import { setTimeout as pause } from "node:timers/promises";
import { listen } from "./listen.mjs";

const currency = process.env.CURRENCY ?? "EUR";

// Every instance has its own orders: a real service would keep them in a database that all instances share.
const orders = [
  { id: 1, user: 1, total: 12.5, currency },
  { id: 2, user: 3, total: 99, currency },
];

listen("orders", async (request, body) => {
  const [, , id] = new URL(request.url, "http://localhost").pathname.split("/");
  // Some requests take longer than others.
  await pause(Math.random() * 100);
  if (request.method === "POST") {
    const order = { ...JSON.parse(body), id: orders.length + 1, currency };
    orders.push(order);
    return [201, order];
  }
  if (!id) return [200, { orders }];
  const order = orders.find((each) => String(each.id) === id);
  return order ? [200, order] : [404, { error: `no order ${id}` }];
});
