import { EXIT, type ErrorEntry } from "./entry.ts";

/** GW00xx: the command line and the machine around it. */
export const commandErrors = {
  GW0001: {
    kind: "usage",
    title: "Unknown command or flag",
    exitCode: EXIT.usage,
    hint: "The command line was not understood. `gatewayctl --help` lists the commands, `gatewayctl COMMAND --help` its flags.",
  },
  GW0002: {
    kind: "usage",
    title: "Unusable argument",
    exitCode: EXIT.usage,
    hint: "An argument or a flag's value is not of the form that the command takes. `gatewayctl COMMAND --help` shows the form and examples.",
  },
  GW0003: {
    kind: "usage",
    title: "Error code not known",
    exitCode: EXIT.usage,
    hint: "Codes are GW followed by four digits. `gatewayctl explain` without a code lists all of them.",
  },
  GW0010: {
    kind: "gateway",
    title: "Port in use",
    exitCode: EXIT.unavailable,
    hint: "Another process listens on the port. Stop that process, or choose another port in the config or with `--port`.",
  },
  GW0011: {
    kind: "gateway",
    title: "Gateway not running",
    exitCode: EXIT.unavailable,
    hint: "The command asks a running gateway, and none answers for this config. Start one with `gatewayctl up`.",
  },
  GW0012: {
    kind: "usage",
    title: "File exists",
    exitCode: EXIT.failure,
    hint: "`init` and `cert` never overwrite. Choose another folder, or pass --force to overwrite the named file.",
  },
  GW0013: {
    kind: "gateway",
    title: "Address cannot be bound",
    exitCode: EXIT.unavailable,
    hint: "The listener's address is not one of this machine's, or the port needs more rights (below 1024). Choose another.",
  },
  GW0014: {
    kind: "gateway",
    title: "Running gateway refused the call",
    exitCode: EXIT.failure,
    hint: "The admin API answered with an error, named in the message: most often a service or endpoint that it does not know. `gatewayctl services` lists both.",
  },
  GW0015: {
    kind: "gateway",
    title: "State folder not private",
    exitCode: EXIT.failure,
    hint: "gatewayctl keeps process ids and the admin token under $XDG_STATE_HOME/gatewayctl (default ~/.local/state/gatewayctl), and uses that folder only if it is yours and nobody else can read or write it. `chmod 700` it, or remove it.",
  },
  GW0016: {
    kind: "gateway",
    title: "File cannot be written",
    exitCode: EXIT.failure,
    hint: "`init`, `schema -o`, `cert` or `bench --html` could not write a file; the message repeats what the system said. Files named before it were written.",
  },
  GW0017: {
    kind: "gateway",
    title: "Access log cannot be opened",
    exitCode: EXIT.failure,
    hint: "`telemetry.accessLog.path` names a file that cannot be opened to append to; the message repeats what the system said. The folder must exist. `-` is standard output.",
  },
  GW0018: {
    kind: "gateway",
    title: "Local CA cannot be used",
    exitCode: EXIT.failure,
    hint: "`tls: auto` and `gatewayctl cert` make certificates with the CA under $XDG_STATE_HOME/gatewayctl/local-ca (default ~/.local/state/gatewayctl/local-ca). Its files are broken, expired, or open to other users. `gatewayctl cert --renew` makes a new one, which has to be trusted anew.",
  },
  GW0019: {
    kind: "usage",
    title: "Not a local name",
    exitCode: EXIT.usage,
    hint: "The local CA makes certificates for localhost, *.localhost, *.test and loopback addresses only, so that whoever trusts it risks nothing else. For other names, get a certificate elsewhere and name its files under `tls:`.",
  },
  GW0020: {
    kind: "gateway",
    title: "Workers do not start",
    exitCode: EXIT.unavailable,
    hint: "The processes that `up --workers` runs ended again and again before they served; the message says how the last one ended. Signal SIGKILL is most often the system, out of memory: try fewer workers. Without --workers everything runs in one process.",
  },
  GW0021: {
    kind: "gateway",
    title: "Issuer's keys cannot be used",
    exitCode: EXIT.failure,
    hint: "The development issuer signs with the keys in $XDG_STATE_HOME/gatewayctl/issuer/keys.json (default ~/.local/state/gatewayctl/issuer/keys.json). The file is broken, belongs to somebody else, or is open to other users. Remove it: new keys are made at the next use, and tokens that the old ones signed are worth nothing then.",
  },
  GW0022: {
    kind: "config",
    title: "Config was not taken up",
    exitCode: EXIT.failure,
    hint: "The gateway goes on with the config it had. `gatewayctl check` shows what is wrong with the file; listeners, layer 4 and what `run:` starts are only read when `up` starts. Only several gateways (`gateways:` or `up --gateways 2`) can be reloaded: one takes over from the other, so that no request is lost.",
  },
  GW0023: {
    kind: "gateway",
    title: "Traffic record cannot be written",
    exitCode: EXIT.failure,
    hint: "`up --record` or `telemetry.record` names a file that cannot be opened to append to, or that holds something else; the message says which. The folder must exist. A record that is there already is gone on with; no other file is touched.",
  },
  GW0024: {
    kind: "usage",
    title: "Traffic record cannot be read",
    exitCode: EXIT.config,
    hint: "`bench --replay` reads what `up --record` or `telemetry.record` has written: one JSON object a line, the first with the record's version. The message names the line that is not as it should be. A last line that was cut off is passed over.",
  },
  GW0099: {
    kind: "internal",
    title: "Bug in gatewayctl",
    exitCode: EXIT.failure,
    hint: "Something happened that the code does not expect. Run again with GATEWAYCTL_DEBUG=1 for the stack trace, and report it.",
  },
} as const satisfies Record<string, ErrorEntry>;
