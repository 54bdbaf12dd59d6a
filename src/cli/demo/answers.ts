/** What a demo endpoint says: JSON that names the instance, so that balancing shows in the body too. */
export interface DemoAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const PEOPLE = ["Ada", "Edsger", "Grace", "Leslie", "Barbara", "Tony", "Radia", "Niklaus"];
const GOODS = ["kettle", "lamp", "notebook", "compass", "scissors", "tin opener"];

/** Rows by service: the same in every instance, as if they shared a database. */
const ROWS: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  users: PEOPLE.map((name, index) => ({ id: index + 1, name })),
  orders: PEOPLE.map((_, index) => ({ id: index + 1, user: index + 1, item: GOODS[index % GOODS.length] })),
  inventory: GOODS.map((item, index) => ({ id: index + 1, item, stock: 3 + ((index * 7) % 11) })),
};

/**
 * Answers `/`, `/healthz`, `/<service>`, and `/<service>/<id>`; POST makes believe that it has stored something.
 *
 * @param instance the endpoint's name, as in `orders-2`.
 */
export function answer(service: string, instance: string, method: string, target: string): DemoAnswer {
  const path = target.split("?", 1)[0] ?? "/";
  if (path === "/")
    return { status: 200, body: { hello: "This is the demo of gatewayctl.", answeredBy: instance, try: paths() } };
  if (path === "/healthz") return { status: 200, body: { healthy: true, answeredBy: instance } };
  const [, collection, id, ...more] = path.split("/");
  const rows = collection === service ? ROWS[service] : undefined;
  if (!rows || more.length > 0) return { status: 404, body: { error: "no such page", answeredBy: instance } };
  if (!id) return { status: method === "POST" ? 201 : 200, body: { answeredBy: instance, [service]: rows } };
  const row = rows.find((each) => String(each["id"]) === id);
  if (!row) return { status: 404, body: { error: `nothing has the id ${id}`, answeredBy: instance } };
  return { status: 200, body: { answeredBy: instance, ...row } };
}

function paths(): string[] {
  return Object.keys(ROWS).flatMap((service) => [`/${service}`, `/${service}/1`]);
}
