import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { listEndpoints } from '@rollcall/services'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type HookPlace, hook, hookPlace, hookSecrets } from './testing/place.ts'

const run = promisify(execFile)
const senders = ['github', 'gitea', 'forgejo', 'bitbucket', 'gitlab', 'standard'] as const
const hasPrograms = ['curl', 'openssl', 'base64', 'od'].every((program) => {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`]).length > 0
  } catch {
    return false
  }
})

let place: HookPlace
beforeAll(async () => {
  place = await hookPlace()
  await place.configure({
    webhooks: [
      hook('any'),
      ...senders.map((sender) => hook(sender, { sender })),
      hook('whsec', { sender: 'standard', secretEnvs: ['ROLLCALL_HOOK_SECRET_WHSEC'] }),
    ],
  })
})
afterAll(() => place?.close())

// the programs that the line names are what a person has at hand; without them there is nothing to try
it.runIf(hasPrograms).each(['any', ...senders, 'whsec'])(
  'the line that is shown for %s signs a delivery that is taken, by the variable of the secret',
  async (name) => {
    const { items } = await listEndpoints(place.ctx, { baseUrl: `${place.url}/`, isSet: () => true })
    const line = items.find((endpoint) => endpoint.name === name)?.testLine ?? ''
    for (const value of Object.values(hookSecrets)) expect(line).not.toContain(value)
    const { stdout } = await run('sh', ['-c', line], { env: { ...process.env, ...hookSecrets } })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'ignored', message: 'ignored: event_not_read' })
  },
)
