import { z } from 'zod'

const text = z.string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be text') })
const words = text.regex(/\S/, 'must not be empty').max(300, 'must be at most 300 characters')

/** It may end up in a generated workflow as it stands. */
const plainName = text.regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,89}$/, 'must be up to 90 of A–Z, a–z, 0–9, ., - and _')

/** Read only so that the rule which refuses it can name it: a script here would run with every secret of the receiver. */
const inline = { run: z.unknown().optional(), shell: z.unknown().optional() }

const permission = z.enum(['read', 'write', 'none'], { error: 'must be read, write or none' })

export const deployOnUpdate = z.strictObject(
  {
    through: z.enum(['workflow', 'control_plane'], { error: 'must be workflow or control_plane' }).optional(),
    workflow: words.nullish(),
    permissions: z
      .record(z.string().regex(/^[a-z][a-z-]{0,40}$/, 'must be a permission such as contents or id-token'), permission)
      .nullish(),
    ...inline,
  },
  { error: 'must be a mapping' },
)

export const onUpdate = z.strictObject({ deploy: deployOnUpdate.nullish() }, { error: 'must be a mapping' })

export const externalDeploy = z.strictObject(
  { name: words, workflow: words.nullish(), on_update: onUpdate.nullish(), ...inline },
  { error: 'must be a mapping' },
)

export const externalRepo = z.strictObject(
  { repo: words, ref: words.nullish(), deploys: z.array(externalDeploy, { error: 'must be a list' }) },
  { error: 'must be a mapping' },
)

export const notify = z.strictObject(
  {
    token: words.nullish(),
    deploy_name: plainName.nullish(),
    environment: plainName.nullish(),
  },
  { error: 'must be a mapping' },
)

/** Things of this repository of which only the name matters here. */
const named = z.array(
  z.union([plainName, z.looseObject({ name: plainName })], { error: 'must be a name or have one' }),
  {
    error: 'must be a list',
  },
)

export const manifest = z.strictObject(
  {
    environments: named.nullish(),
    builds: named.nullish(),
    deploys: named.nullish(),
    external: z.array(externalRepo, { error: 'must be a list' }).nullish(),
    notify: notify.nullish(),
    state: z.record(z.string(), z.unknown(), { error: 'must be a mapping' }).nullish(),
  },
  { error: 'must be a mapping' },
)
export type WireManifest = z.infer<typeof manifest>

/** The keys that may stand at a place; list positions are written `[]`. */
export const keysAt: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(manifest.shape),
  'external[]': Object.keys(externalRepo.shape),
  'external[].deploys[]': offered(externalDeploy.shape),
  'external[].deploys[].on_update': Object.keys(onUpdate.shape),
  'external[].deploys[].on_update.deploy': offered(deployOnUpdate.shape),
  notify: Object.keys(notify.shape),
}

function offered(shape: Record<string, unknown>): string[] {
  return Object.keys(shape).filter((key) => !(key in inline))
}
