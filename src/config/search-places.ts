/** Where a config may be, the first one that is there. */
export const SEARCH_PLACES = [
  "gateway.config.yaml",
  "gateway.config.yml",
  "gateway.config.json",
  "gateway.config.js",
  "gateway.config.mjs",
  "gateway.config.ts",
  ".gatewayctlrc",
  "package.json",
] as const;
