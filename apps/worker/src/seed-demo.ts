import { readReach } from '@rollcall/outbound'
import { createRedeployClient } from '@rollcall/redeploy-client'
import { readSecretKeys, secretFor } from '@rollcall/services'
import { openStore } from '@rollcall/store'
import { z } from 'zod'
import { seedDemo } from './demo/seed.ts'
import { knownBuilds } from './drive/known-builds.ts'

const env = z
  .object({
    DATABASE_URL: z.string().min(1),
    ROLLCALL_DEMO_URL: z.url(),
    ROLLCALL_DEMO_REGISTRY_URL: z.url(),
    ROLLCALL_DEMO_TOKEN: z.string().min(1),
    ROLLCALL_HOOK_SECRET: z.string().min(1),
    ROLLCALL_DEMO_PEOPLE_PASSWORD: z.string().min(12),
  })
  .parse(process.env)

const keys = readSecretKeys(process.env)
const reach = readReach(process.env.ROLLCALL_OUTBOUND_PRIVATE)
const store = await openStore({ url: env.DATABASE_URL })
const client = createRedeployClient({ reach })
try {
  const ctx = { store, actor: { name: 'demo', via: 'seed' as const }, now: () => new Date() }
  const deps = {
    ctx,
    client,
    buildOf: knownBuilds(ctx),
    driver: 'seed',
    probes: 16,
    secretFor: (name: string, ...urls: [string, ...string[]]) =>
      secretFor(ctx, { keys, variables: process.env }, name, urls),
  }
  await seedDemo(deps, {
    url: env.ROLLCALL_DEMO_URL,
    registryUrl: env.ROLLCALL_DEMO_REGISTRY_URL,
    token: env.ROLLCALL_DEMO_TOKEN,
    hookSecret: env.ROLLCALL_HOOK_SECRET,
    peoplePassword: env.ROLLCALL_DEMO_PEOPLE_PASSWORD,
    reach,
  })
} finally {
  await client.close()
  await store.close()
}
