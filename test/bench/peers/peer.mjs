/**
 * What a run needs to know about one gateway.
 *
 * @typedef {object} Peer
 * @property {string} name of the row in the table
 * @property {(node: string) => string | undefined} findVersion undefined when it cannot be run here
 * @property {string} missing why, in that case
 * @property {(place: Place) => { command: string, args: string[], env?: Record<string, string>,
 *   accessLog?: string }} start what to run; `accessLog` unless that is its standard output
 * @property {boolean} [isEndpoint] it is the endpoint itself, which need not be started
 *
 * @typedef {object} Place
 * @property {number} port the gateway listens on, on 127.0.0.1
 * @property {number[]} endpoints ports of the endpoints, on 127.0.0.1
 * @property {string} node path of the Node for peers that need one
 * @property {string} directory for its files; nothing is written anywhere else
 * @property {Surroundings["access"]} [access]
 * @property {Surroundings["redis"]} [redis]
 * @property {Surroundings["isCached"]} [isCached]
 *
 * @typedef {object} Surroundings
 * @property {ReturnType<typeof import("../lib/access.mjs").makeAccess>} [access] whom to let in, under a load with tokens
 * @property {string} [redis] URL of a Redis, under a load that needs one
 * @property {boolean} [isCached] gatewayctl has to store responses
 */
export {};
