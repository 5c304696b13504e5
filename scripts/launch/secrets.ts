import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Refusal } from '../lib/say.mjs'

/** What this installation keeps to itself. */
export interface Secrets {
  /** the operator token: machines send it, and whoever has it may do everything; null: there is none */
  token: string | null
  /** signs browser sessions */
  sessionSecret: string
  /** what the demo fleet's control plane asks for */
  demoToken: string
  /** what senders of webhooks sign with */
  hookSecret: string
  /** what the demo forge and the demo registry ask for */
  demoForgeToken: string
  demoRegistryPassword: string
  /** what the people of the demo world sign in with */
  demoPeoplePassword: string
  /** what the processes' role opens the database with */
  databasePassword: string
}

export const secretsFile = (home: string) => path.join(home, 'secrets.json')

/**
 * The secrets of a home: made on the first call, the same ever after, in a file that only its owner reads. ROLLCALL_TOKEN
 * overrides the token, ROLLCALL_HOOK_SECRET that of webhooks, ROLLCALL_DEMO_TOKEN the demo fleet's; none is written down.
 * Without the demo world, whose fleet needs one, there is no operator token but that of ROLLCALL_TOKEN.
 */
export function provideSecrets(home: string, env: NodeJS.ProcessEnv, { demo }: { demo: boolean }): Secrets {
  const file = secretsFile(home)
  const known = readKnown(file)
  const secrets: Secrets = {
    token: known.token ?? (demo ? `rollcall_${randomBytes(24).toString('base64url')}` : null),
    sessionSecret: known.sessionSecret ?? randomBytes(32).toString('base64url'),
    demoToken: known.demoToken ?? randomBytes(24).toString('base64url'),
    hookSecret: known.hookSecret ?? randomBytes(32).toString('base64url'),
    demoForgeToken: known.demoForgeToken ?? randomBytes(24).toString('base64url'),
    demoRegistryPassword: known.demoRegistryPassword ?? randomBytes(24).toString('base64url'),
    demoPeoplePassword: known.demoPeoplePassword ?? randomBytes(15).toString('base64url'),
    databasePassword: known.databasePassword ?? randomBytes(24).toString('base64url'),
  }
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return {
    ...secrets,
    token: env.ROLLCALL_TOKEN ? checkToken('ROLLCALL_TOKEN', env.ROLLCALL_TOKEN) : demo ? secrets.token : null,
    ...(env.ROLLCALL_HOOK_SECRET
      ? { hookSecret: checkToken('ROLLCALL_HOOK_SECRET', env.ROLLCALL_HOOK_SECRET, 8) }
      : {}),
    ...(env.ROLLCALL_DEMO_TOKEN ? { demoToken: checkToken('ROLLCALL_DEMO_TOKEN', env.ROLLCALL_DEMO_TOKEN) } : {}),
  }
}

function readKnown(file: string): Partial<Secrets> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(`${file} is not JSON any more. Delete it: new secrets are made, and everybody signs in again.`)
  }
}

function checkToken(name: string, token: string, atLeast = 16): string {
  if (/^[\x21-\x7e]{1,512}$/.test(token) && token.length >= atLeast) return token
  throw new Refusal(`${name} needs ${atLeast} or more printable characters without spaces. Unset it to have one made.`)
}
