import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Two workers: the suite shares small machines with other work.
    maxWorkers: 2,
  },
});
