import { randomBytes } from 'node:crypto'

const chance = () => randomBytes(24).toString('base64url')

/** What the server is given to keep to itself by its environment; each is looked for in everything that leaves. */
export const plantedVariables = () => ({
  ROLLCALL_TOKEN: `canary-operator-${chance()}`,
  ROLLCALL_SESSION_SECRET: `canary-session-${chance()}`,
  ROLLCALL_HOOK_SECRET: `canary-hook-${chance()}`,
  ROLLCALL_HOOK_SECRET_TEST: `canary-other-hook-${chance()}`,
  ROLLCALL_CP_TOKEN_TEST: `canary-control-plane-${chance()}`,
  ROLLCALL_FORGE_TOKEN_TEST: `canary-forge-${chance()}`,
  ROLLCALL_REGISTRY_TEST_PASSWORD: `canary-registry-${chance()}`,
  ROLLCALL_SECRET_KEY: randomBytes(32).toString('base64'),
})

export type PlantedVariables = ReturnType<typeof plantedVariables>

/** Values under names of which somebody has set one, and where it may be sent. */
export const storedSecrets = () => [
  { name: 'ROLLCALL_CP_TOKEN_STORED', value: `canary-stored-control-plane-${chance()}` },
  { name: 'ROLLCALL_FORGE_TOKEN_STORED', value: `canary-stored-forge-${chance()}` },
  { name: 'ROLLCALL_REGISTRY_STORED_PASSWORD', value: `canary-stored-registry-${chance()}` },
]

export const password = () => `canary password ${chance()}`
