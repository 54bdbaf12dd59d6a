import { listen } from "./listen.mjs";

const users = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Edsger" },
  { id: 3, name: "Grace" },
];

listen("users", (request) => {
  const [, , id] = new URL(request.url, "http://localhost").pathname.split("/");
  if (!id) return [200, { users }];
  const user = users.find((each) => String(each.id) === id);
  return user ? [200, user] : [404, { error: `no user ${id}` }];
});
