/**
 * What a run needs to know about one gateway.
 *
 * @typedef {object} Peer
 * @property {string} name of the row in the table
 * @property {() => string | undefined} findVersion undefined when it cannot be run here
 * @property {string} missing why, in that case
 * @property {(place: Place) => { command: string, args: string[], env?: Record<string, string> }} start what to run
 *
 * @typedef {object} Place
 * @property {number} port the gateway listens on, on 127.0.0.1
 * @property {number[]} endpoints ports of the endpoints, on 127.0.0.1
 * @property {string} directory for its files; nothing is written anywhere else
 */
export {};
