import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const tests = (folders: string) => [`${folders}/**/*.test.{ts,tsx}`]
const database = '{packages/{store,services},apps/{worker,web,cli}}/src'

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // most tests wait for something: with two cores, too, two files at once take little more than half the time
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          include: tests(
            '{packages/{rollout,outbound,redeploy-client,registry-client,forge,store/src/embedded},apps/demo-fleet,scripts}',
          ),
          exclude: ['**/node_modules/**', '**/*.database.test.ts'],
        },
      },
      {
        // Started only when a test of this project is about to run.
        extends: true,
        test: {
          name: 'database',
          include: [...tests(database), ...tests('apps/web/fuzz'), 'scripts/**/*.database.test.ts'],
          exclude: ['**/node_modules/**', '**/generated/**', 'packages/store/src/embedded/**'],
          globalSetup: ['scripts/check/postgres-for-tests.ts'],
        },
      },
    ],
  },
})
