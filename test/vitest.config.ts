import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/bench/**"],
    testTimeout: 10_000,
    hookTimeout: 20_000,
    // The machine it must run on has two cores; more workers only make timings unsteady.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
