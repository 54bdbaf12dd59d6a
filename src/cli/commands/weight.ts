import { defineCommand } from "../command.ts";
import { CHANGE_ARGUMENTS, CHANGE_OPTIONS, type ChangeArgs } from "../services/change-arguments.ts";
import { UsageError } from "../usage-error.ts";

interface WeightArgs extends ChangeArgs {
  readonly value: string;
}

const HEAVIEST = 65_535;

/** `gatewayctl weight SERVICE ENDPOINT VALUE`: another weight, until the config is loaded anew. */
export const weightCommand = defineCommand<WeightArgs>({
  name: "weight",
  summary: "Give an endpoint another weight while the gateway runs",
  description:
    "Gives an endpoint another share of its service's requests, relative to the others, until the gateway is started " +
    "or the config loaded anew. 0 stops new requests. Algorithms without weights only know 0 and more.",
  args: [...CHANGE_ARGUMENTS, { name: "value", summary: "a whole number from 0 to 65535", required: true }],
  options: CHANGE_OPTIONS,
  examples: [
    { command: "gatewayctl weight users 4002 3", shows: "three times the requests of an endpoint of weight 1" },
  ],
  run: async (ctx, args) => {
    const weight = parseWeight(args.value);
    const { changeEndpoint } = await import("../services/change-endpoint.ts");
    return changeEndpoint(ctx, args, (admin, service, endpoint) => admin.setWeight(service, endpoint, weight));
  },
});

function parseWeight(text: string): number {
  const weight = Number(text);
  if (/^\d{1,5}$/.test(text) && weight <= HEAVIEST) return weight;
  throw new UsageError(`A weight is a whole number from 0 to ${HEAVIEST}, not "${text}".`);
}
