// Renders .oxlintrc.json from the layer table. `npm run generate` writes it; `npm run check` compares it.
import { readFileSync } from "node:fs";
import {
  CLOCK_FILE,
  forbiddenTo,
  FOLDERS,
  HTTP_PROXY_FILE,
  ISLANDS,
  LAYERS,
  NOT_IN_API,
  ONLY_PARTS_OF,
  PURE,
  PURE_PACKAGES,
  SIMULATE_MAY_IMPORT,
} from "./layers.mjs";

/** An import of any of these folders of src/, from any depth. */
const importOf = (folders) => `^(?:\\.\\./)+(?:${folders.join("|")})/`;

const httpProxy = { name: "http-proxy", message: `Only ${HTTP_PROXY_FILE} imports it.` };

function importRule(patterns, { paths = [httpProxy] } = {}) {
  return { "no-restricted-imports": ["error", { paths, patterns }] };
}

function layerPattern(folder) {
  const inParts = Object.keys(ONLY_PARTS_OF[folder] ?? {});
  return {
    regex: importOf(forbiddenTo(folder).filter((other) => !inParts.includes(other))),
    message: `${folder}/ must not import from here: imports go down the layers only (.ci/layers.mjs).`,
  };
}

const purePatterns = [
  { regex: "^node:", message: "A pure layer uses no node: module." },
  {
    regex: `^(?:${impurePackages().join("|")})(?:/|$)`,
    message: `A pure layer uses no package but ${PURE_PACKAGES.join(" and ")}.`,
  },
];

/** What package.json names and pure layers may not use. Node's modules always bear their prefix (another rule). */
function impurePackages() {
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return Object.keys(dependencies)
    .filter((name) => !PURE_PACKAGES.includes(name))
    .map((name) => name.replaceAll(".", "\\."))
    .sort();
}

const AMBIENT = {
  Date: "Time is an argument here.",
  performance: "Time is an argument here.",
  setTimeout: "A pure layer has no timers.",
  setInterval: "A pure layer has no timers.",
  setImmediate: "A pure layer has no timers.",
  queueMicrotask: "A pure layer is synchronous.",
  crypto: "Chance is an argument here: an Rng.",
  process: "A pure layer knows no process.",
  console: "Only cli/ prints.",
  fetch: "A pure layer has no sockets.",
};

const restricted = (entries) => Object.entries(entries).map(([name, message]) => ({ name, message }));

const chance = { object: "Math", property: "random", message: "Take an Rng (shared/rng.ts)." };
const clocks = [
  { object: "Date", property: "now", message: "Take a Clock (shared/clock.ts)." },
  { object: "performance", property: "now", message: "Take a Clock (shared/clock.ts)." },
];
const prints = ["exit", "stdout", "stderr", "stdin"].map((property) => ({
  object: "process",
  property,
  message: "Only cli/ prints, prompts or exits.",
}));

const pureRules = {
  "no-restricted-globals": ["error", { globals: restricted(AMBIENT), checkGlobalObject: true }],
};

function folderOverride(folder) {
  const patterns = [layerPattern(folder), ...(PURE.includes(folder) ? purePatterns : [])];
  const parts = ONLY_PARTS_OF[folder] ?? {};
  for (const [other, files] of Object.entries(parts)) {
    patterns.push({
      group: [`**/${other}/**`, ...files.map((file) => `!**/${other}/${file}`)],
      message: `Of ${other}/, ${folder}/ imports only ${files.join(" and ")}.`,
    });
  }
  return {
    files: [`src/${folder}/**`],
    rules: {
      ...importRule(patterns),
      ...(PURE.includes(folder) ? pureRules : {}),
      ...(folder === "cli" ? { "no-restricted-properties": ["error", chance, ...clocks] } : {}),
    },
  };
}

const otherPolicy = (up) => ({
  regex: `^${"\\.\\./".repeat(up)}[^./][^/]*/`,
  message: "One policy never imports another.",
});

/** Later overrides replace earlier ones, rule by rule; so each states all that holds for its files. */
const overrides = [
  {
    files: ["src/*.ts"],
    rules: importRule([
      { regex: `^\\./(?:${[...NOT_IN_API, ...ISLANDS].join("|")})/`, message: "The public API stays out of here." },
    ]),
  },
  ...FOLDERS.map(folderOverride),
  { files: ["src/policies/*/*.ts"], rules: importRule([layerPattern("policies"), otherPolicy(1)]) },
  { files: ["src/policies/*/*/*.ts"], rules: importRule([layerPattern("policies"), otherPolicy(2)]) },
  {
    files: ["src/lab/simulate/**"],
    rules: importRule([
      {
        regex: importOf(FOLDERS.filter((folder) => folder !== "lab" && !SIMULATE_MAY_IMPORT.includes(folder))),
        message: `lab/simulate imports only ${SIMULATE_MAY_IMPORT.join(", ")} and lab/report.`,
      },
      { regex: "^(?:\\.\\./)+(?:live|replay)/", message: "lab/simulate imports no other part of lab than lab/report." },
      { regex: "^node:(?:net|http|https|http2|tls|dgram|dns)", message: "A simulation opens no socket." },
    ]),
  },
  { files: [HTTP_PROXY_FILE], rules: importRule([layerPattern("http")], { paths: [] }) },
  { files: [CLOCK_FILE], rules: { "no-restricted-properties": "off" } },
  {
    files: ["test/**", ".ci/**", "bin/**", "templates/**", "*.mjs"],
    rules: {
      "max-lines": ["error", { max: 500, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": "off",
      "no-console": "off",
      "no-restricted-properties": "off",
      "no-shadow": "off",
      "typescript/restrict-template-expressions": "off",
      "unicorn/require-module-specifiers": "off",
      "unicorn/no-new-array": "off",
    },
  },
  { files: ["test/vitest.config.ts", "**/*.config.{js,mjs,ts}"], rules: { "import/no-default-export": "off" } },
];

const rules = {
  "import/no-cycle": "error",
  "import/no-default-export": "error",
  "import/no-duplicates": "error",
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
  "no-console": "error",
  "no-restricted-properties": ["error", chance, ...clocks, ...prints],
  "no-var": "error",
  "prefer-const": "error",
  eqeqeq: "error",
  "typescript/await-thenable": "error",
  "typescript/consistent-type-imports": "error",
  "typescript/no-explicit-any": "error",
  "typescript/no-floating-promises": "error",
  "typescript/no-misused-promises": ["error", { checksVoidReturn: false }],
  "unicorn/prefer-node-protocol": "error",
  "typescript/only-throw-error": "error",
  "typescript/prefer-promise-reject-errors": "error",
  "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
  "unicorn/filename-case": ["error", { case: "kebabCase" }],
  // Of the two categories below, these ask for what this code does otherwise on purpose.
  "consistent-return": "off", // tsc's noImplicitReturns knows the types
  "import/no-named-as-default-member": "off", // z and fs have members that are also named exports
  "no-new": "off", // `new RegExp(text)` is how a text is checked
  "no-underscore-dangle": "off",
  "no-unmodified-loop-condition": "off", // blind to closures and awaits
  "promise/always-return": "off",
  "typescript/consistent-return": "off",
  "typescript/no-unsafe-type-assertion": "off", // assertions are read in review, where they stand
  "typescript/unbound-method": "off", // factories return closures; there is no `this` to lose
  "unicorn/consistent-function-scoping": "off", // a helper stands where it is used
  "unicorn/no-useless-spread": "off", // a copy is needed where the loop removes from what it walks
  "unicorn/no-array-reverse": "off", // as is the next: a fresh copy, changed in place, is the cheaper one
  "unicorn/no-array-sort": "off",
};

export const oxlintConfig = {
  $schema: "./node_modules/oxlint/configuration_schema.json",
  plugins: ["typescript", "import", "unicorn", "oxc", "promise"],
  categories: { correctness: "error", suspicious: "error" },
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  env: { node: true, es2024: true },
  ignorePatterns: ["dist", "coverage", "**/fixtures/**"],
  rules,
  overrides,
};

/** The order as a line of prose, for src/README.md. */
export const layerLine = LAYERS.map((row) => row.join(" ")).join(" → ");
