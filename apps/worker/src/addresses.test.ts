import { createForgeClient } from '@rollcall/forge'
import { assertControlPlaneUrl, buildinfoUrl } from '@rollcall/redeploy-client'
import { defineEnvironmentInput } from '@rollcall/services'
import { afterAll, describe, expect, it } from 'vitest'

/** What people write is looked at once, and what was taken is asked later by a client that has rules of its own. */
const fields = {
  slug: 'eu',
  controlPlaneUrl: 'https://cp.example.com',
  controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_EU',
  tenantUrlTemplate: 'https://{slug}.example.com',
}
const taken = (name: 'controlPlaneUrl' | 'tenantUrlTemplate', text: string): string | null => {
  const parsed = defineEnvironmentInput.safeParse({ ...fields, [name]: text })
  return parsed.success ? parsed.data[name] : null
}

const forge = createForgeClient()
afterAll(() => forge.close())
/** Refused where the address has been looked at, so that nothing is asked. */
const token = async () => ({ refusal: 'not sent' })

describe('the address of a control plane', () => {
  it.each([
    ['https://cp', true],
    ['https://cp.example.com/base//', true],
    ['http://[::1]:4901/a', true],
    ['HTTPS://CP.Example.com:443/', true],
    ['https://cp.example.com/a/../b', true],
    ['https://cp/?', false],
    ['https://cp?', false],
    ['https://cp/#', false],
    ['https://cp/#?', false],
    ['https://cp/?#', false],
    ['https://cp?x', false],
    ['https://cp/a%2fb', false],
    ['https://cp/a%2Fb', false],
    ['https://cp/a%5cb', false],
    ['https://user@cp', false],
    ['https://cp/a b', false],
    ['ftp://cp', false],
    ['cp.example.com', false],
    ['', false],
  ])('%j is taken by the door: %s, and then by the clients that ask it', async (text, isTaken) => {
    const url = taken('controlPlaneUrl', text)
    expect(url !== null).toBe(isTaken)
    if (url === null) return
    expect(() => assertControlPlaneUrl(url)).not.toThrow()
    // the address of a forge is the same field
    for (const kind of ['github', 'gitea'] as const)
      expect(await forge.readRun({ kind, url, token }, { repo: 'acme/infra', runId: 1 })).toMatchObject({ ok: false })
  })
})

describe('the address of a tenant', () => {
  it.each([
    ['https://{slug}.example.com', true],
    ['https://{slug}.example.com/app/', true],
    ['https://t-{slug}.example.com:8443', true],
    ['http://127.0.0.1:4901/staging/t/{slug}', true],
    ['http://[::1]:4901/{slug}', true],
    ['https://{slug}.localhost', true],
    ['https://ä.{slug}.example.com', true],
    ['https://{slug}', false],
    ['https://{slug}/', false],
    ['https://{slug}:8443', false],
    ['https://{slug}.', false],
    ['https://a.{slug}', false],
    ['https://a-{slug}', false],
    ['https://ä{slug}.example.com', false],
    ['http://{slug}.0.0.1', false],
    ['http://127.0.0.{slug}', false],
    ['https://{slug}.example.com/?', false],
    ['https://{slug}.example.com?', false],
    ['https://{slug}.example.com/#', false],
    ['https://{slug}.example.com/a%2fb', false],
    ['https://{slug}@example.com', false],
    ['https://example.com:{slug}/', false],
    ['https://example.com/?t={slug}', false],
    ['https://{slug}.{slug}.example.com', false],
    ['https://rollcall-slug.example.com/{slug}', false],
    ['{slug}://example.com', false],
    ['https://example.com', false],
  ])('%j is taken by the door: %s, and then by the client that asks there', (text, isTaken) => {
    const template = taken('tenantUrlTemplate', text)
    expect(template !== null).toBe(isTaken)
    if (template === null) return
    for (const slug of ['a', '0', 'acme-corp', 'a'.repeat(63)])
      expect(buildinfoUrl(template, slug)).toMatch(/\/buildinfo$/)
  })
})
