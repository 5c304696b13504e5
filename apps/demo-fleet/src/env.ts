import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type DemoConfig, slugSchema, tenantSchema } from './config.ts'

const seconds = (fallback: number) => z.coerce.number().min(0).max(3600).default(fallback)

const tenantsSchema = z.array(z.union([slugSchema.transform((slug) => ({ slug, sha: null })), tenantSchema]))
const fleetsSchema = z.record(
  slugSchema,
  z.union([
    tenantsSchema.transform((tenants) => ({ light: false, tenants })),
    z.object({ light: z.boolean().default(false), tenants: tenantsSchema }),
  ]),
)

const schema = z.object({
  ROLLCALL_DEMO_PORT: z.coerce.number().int().min(1).max(65535).default(4901),
  ROLLCALL_DEMO_HOST: z.string().min(1).default('127.0.0.1'),
  ROLLCALL_DEMO_STATE: z.string().min(1).default('.rollcall/demo-fleet'),
  ROLLCALL_DEMO_TOKEN: z.string().regex(/^[\x21-\x7e]{8,}$/, 'needs at least 8 printable characters without blanks'),
  ROLLCALL_DEMO_FLEETS: z.string().default('{}'),
  /** where builds are announced, and the token for it: for tags that nobody registered here */
  ROLLCALL_DEMO_BUILDS_URL: z.url({ protocol: /^https?$/ }).optional(),
  ROLLCALL_DEMO_BUILDS_TOKEN: z.string().default(''),
  /** left out: no registry */
  ROLLCALL_DEMO_REGISTRY_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  ROLLCALL_DEMO_REGISTRY_USER: z.string().min(1).default('demo'),
  ROLLCALL_DEMO_REGISTRY_PASSWORD: z.string().default(''),
  /** left out: no forge */
  ROLLCALL_DEMO_FORGE_TOKEN: z.string().min(8).optional(),
  /** where the forge sends its webhooks, and what it signs them with */
  ROLLCALL_DEMO_HOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  ROLLCALL_DEMO_HOOK_SECRET: z.string().default(''),
  ROLLCALL_DEMO_LIGHT: z.string().default(''),
  ROLLCALL_DEMO_STALL_SECONDS: seconds(90),
  ROLLCALL_DEMO_SLOW_SECONDS: seconds(4),
  ROLLCALL_DEMO_EDGE_CACHE_SECONDS: seconds(5),
  ROLLCALL_DEMO_HEALTH_SECONDS: seconds(10),
  ROLLCALL_DEMO_ORPHAN_SECONDS: seconds(0),
})

/** The configuration from the environment, or an error whose message is one line per wrong variable. */
export function readConfig(env: NodeJS.ProcessEnv): DemoConfig {
  const parsed = schema.safeParse(env)
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const values = parsed.data
  return {
    port: values.ROLLCALL_DEMO_PORT,
    host: values.ROLLCALL_DEMO_HOST,
    stateFolder: values.ROLLCALL_DEMO_STATE,
    token: values.ROLLCALL_DEMO_TOKEN,
    builds: values.ROLLCALL_DEMO_BUILDS_URL
      ? { url: values.ROLLCALL_DEMO_BUILDS_URL, token: values.ROLLCALL_DEMO_BUILDS_TOKEN }
      : null,
    registry: registry(values),
    forge: forge(values),
    environments: distinct([...fleets(values.ROLLCALL_DEMO_FLEETS), ...light(values.ROLLCALL_DEMO_LIGHT)]),
    timing: {
      stallSeconds: values.ROLLCALL_DEMO_STALL_SECONDS,
      slowSeconds: values.ROLLCALL_DEMO_SLOW_SECONDS,
      edgeCacheSeconds: values.ROLLCALL_DEMO_EDGE_CACHE_SECONDS,
      healthSeconds: values.ROLLCALL_DEMO_HEALTH_SECONDS,
      orphanSeconds: values.ROLLCALL_DEMO_ORPHAN_SECONDS,
      lightDelayMs: 3,
    },
  }
}

type Values = z.output<typeof schema>

function registry(values: Values): DemoConfig['registry'] {
  const port = values.ROLLCALL_DEMO_REGISTRY_PORT
  if (port === undefined) return null
  const [username, password] = [values.ROLLCALL_DEMO_REGISTRY_USER, values.ROLLCALL_DEMO_REGISTRY_PASSWORD]
  if (password.length < 8) throw new Error('ROLLCALL_DEMO_REGISTRY_PASSWORD: needs at least 8 characters')
  if (port === values.ROLLCALL_DEMO_PORT)
    throw new Error('ROLLCALL_DEMO_REGISTRY_PORT: the registry needs a port of its own')
  return { port, account: { username, password } }
}

function forge(values: Values): DemoConfig['forge'] {
  const token = values.ROLLCALL_DEMO_FORGE_TOKEN
  if (token === undefined) return null
  const [url, secret] = [values.ROLLCALL_DEMO_HOOK_URL, values.ROLLCALL_DEMO_HOOK_SECRET]
  if (url !== undefined && secret === '') throw new Error('ROLLCALL_DEMO_HOOK_SECRET: is needed to sign what is sent')
  return { token, hook: url === undefined ? null : { url, secret } }
}

/** `{ "staging": ["acme", { "slug": "b", "sha": "…" }], "big": { "light": true, "tenants": […] } }`, or a file with that. */
function fleets(text: string): DemoConfig['environments'] {
  let value: unknown
  try {
    value = JSON.parse(text.trim().startsWith('{') ? text : readFileSync(text, 'utf8'))
  } catch {
    throw new Error('ROLLCALL_DEMO_FLEETS: neither JSON nor the path of a readable JSON file')
  }
  const parsed = fleetsSchema.safeParse(value)
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `ROLLCALL_DEMO_FLEETS ${issue.path.join('.')}: ${issue.message}`).join('\n'),
    )
  }
  return Object.entries(parsed.data).map(([name, fleet]) => ({ name, ...fleet }))
}

/** `staging:10000` or `staging:10000@<full sha they run>`, several with commas. */
function light(text: string): DemoConfig['environments'] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([a-z0-9-]+):(\d{1,6})(?:@([0-9a-f]{40}))?$/.exec(part)
      if (match === null) throw new Error(`ROLLCALL_DEMO_LIGHT: "${part}" is not <environment>:<count>[@<full sha>]`)
      const [, name = '', count, sha = null] = match
      return { name, light: true, tenants: lightTenants(Number(count), sha) }
    })
}

/** Two of one name would be one with half of its tenants, silently. */
function distinct(environments: DemoConfig['environments']): DemoConfig['environments'] {
  const names = new Set(['admin', 'healthz', 'registry', 'forge'])
  for (const { name, tenants } of environments) {
    if (names.has(name)) throw new Error(`environment "${name}": the name is reserved or there twice`)
    names.add(name)
    const slugs = new Set<string>()
    for (const { slug } of tenants) {
      if (slugs.has(slug)) throw new Error(`ROLLCALL_DEMO_FLEETS ${name}: "${slug}" is there twice`)
      slugs.add(slug)
    }
  }
  return environments
}

export function lightTenants(count: number, sha: string | null): { slug: string; sha: string | null }[] {
  return Array.from({ length: count }, (_, index) => ({ slug: `t-${String(index + 1).padStart(5, '0')}`, sha }))
}
