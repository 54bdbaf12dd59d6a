/**
 * One way of measuring a gateway under a load, and of telling the result.
 *
 * @typedef {object} Measure
 * @property {string} about what is measured, for the lines above the table
 * @property {string[]} needs peers without which the others' figures say nothing
 * @property {(run: Run) => Promise<{ note: string }>} [prepare] finds out, once before the first slice, what all of them
 *   have in common; it is added to the run
 * @property {(gateway: Gateway, run: Run, isFirst: boolean) => Promise<object>} slice the figures of one slice, with at
 *   least `requests` (answered) and `errors` (how many, by kind)
 * @property {(slice: object) => string} describe the figures of a slice in a line
 * @property {string[]} medians figures of which a row has the median over the slices
 * @property {string} compared the figure that gateways are compared by, round by round
 * @property {{ title: string, value: (row: object) => string }[]} columns between the peer's name and its errors
 *
 * @typedef {object} Gateway
 * @property {string} name
 * @property {number} pid leader of its process group
 * @property {number} port
 * @property {string} log path
 * @property {string} accessLog path, where it writes one
 * @property {() => boolean} isRunning
 * @property {() => Promise<void>} restart ends it and starts it anew on the same port
 *
 * @typedef {object} Run
 * @property {Load} load
 * @property {number} connections
 * @property {number} seconds of a slice
 * @property {number} core of the load
 * @property {string} directory for files
 * @property {Gateway[]} gateways
 * @property {ReturnType<typeof import("../access.mjs").makeAccess>} [access] under a load with tokens
 *
 * @typedef {{ method: string, path: string, responseBytes: number, bodyBytes: number, connection: string,
 *   token?: string, tokens?: string }} Load `tokens`: path of a file with one in each line, `token` is the first
 */
export {};
