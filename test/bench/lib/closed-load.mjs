// bench --live's own load generator in a closed loop: PORT PATH CONNECTIONS MILLISECONDS. Prints one line: RESULT and JSON.
import { Agenda } from "../../../dist/lab/live/agenda.js";
import { Load } from "../../../dist/lab/live/load.js";
import { createLiveTraffic } from "../../../dist/lab/live/traffic.js";
import { systemClock } from "../../../dist/shared/clock.js";

const [port, path, connections, durationMs] = process.argv.slice(2);
const agenda = new Agenda(systemClock);
const traffic = createLiveTraffic({
  host: `127.0.0.1:${port}`,
  path,
  arrivals: undefined,
  serviceTime: undefined,
  keys: undefined,
  seed: "1",
});
const load = new Load({
  host: "127.0.0.1",
  port: Number(port),
  traffic,
  connections: Number(connections),
  plan: { loop: "closed", durationMs: Number(durationMs) },
  warmup: 0.1,
  timeoutMs: 5000,
  endpoints: 0,
  clock: systemClock,
  agenda,
});
const { finished, failed, fromMs, toMs } = await load.run();
agenda.end();
const { user, system } = process.cpuUsage();
process.stdout.write(
  `RESULT ${JSON.stringify({ perSecond: (finished / (toMs - fromMs)) * 1000, failed, cpuMs: (user + system) / 1000 })}\n`,
);
