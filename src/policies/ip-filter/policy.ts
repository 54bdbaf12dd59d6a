import { createNetworkTest } from "../../routing/networks.ts";
import { definePolicy, type Explanation, type Verdict } from "../policy.ts";
import { ipFilterSchema } from "./schema.ts";

/** Lets clients in by their address. Deny wins; without `allow`, all that is not denied may pass. */
export const ipFilter = definePolicy({
  name: "ipFilter",
  schema: ipFilterSchema,
  docs: "Lets clients in by their address.",
  create({ allow, deny }) {
    const isAllowed = allow === undefined ? () => true : createNetworkTest(allow);
    const isDenied = createNetworkTest(deny);
    const decide = (ip: string): Explanation => {
      if (isDenied(ip)) return { verdict: "reject", reason: `${ip} is denied`, answer: REFUSED };
      if (!isAllowed(ip)) return { verdict: "reject", reason: `${ip} is not among those allowed`, answer: REFUSED };
      return { verdict: "pass", reason: allow === undefined ? `${ip} is not denied` : `${ip} is allowed` };
    };
    return {
      onRequest({ request: { clientIp } }): Verdict {
        return isDenied(clientIp) || !isAllowed(clientIp) ? REFUSED : undefined;
      },
      explain: ({ request }) => decide(request.clientIp),
    };
  },
});

const REFUSED = { kind: "problem", code: "GW0501", detail: "This address may not use this route." } as const;
