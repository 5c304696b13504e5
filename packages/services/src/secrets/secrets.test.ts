import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importConfiguration } from '../configuration/import.ts'
import type { Context } from '../context.ts'
import { defineEnvironment } from '../environments/define.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { seal, unseal } from './cipher.ts'
import {
  allowOrigin,
  clearSecret,
  disallowOrigin,
  listSecrets,
  readSecretKeys,
  rotateSecrets,
  type SecretSource,
  secretFor,
  setSecret,
} from './index.ts'

const newKey = () => randomBytes(32).toString('base64')
const [oldKey, key] = [newKey(), newKey()]
const keys = readSecretKeys({ ROLLCALL_SECRET_KEY: key })

let world: TestWorld
let ctx: Context
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  ctx = { ...world.ctx, keys }
})
afterAll(() => world.drop())

const a = 'https://cp.example.com:443'
const b = 'https://new.example.org:8443'
let count = 0
/** An environment with a name of its own for its token, and its control plane at `url`. */
async function environment(url: string, by: Context = ctx) {
  count += 1
  const [slug, name] = [`eu-${count}`, `ROLLCALL_CP_TOKEN_EU_${count}`]
  const define = (controlPlaneUrl: string, as: Context = by) =>
    defineEnvironment(as, {
      slug,
      controlPlaneUrl,
      controlPlaneTokenEnv: name,
      tenantUrlTemplate: 'https://{slug}.example.com',
    })
  await define(url)
  return { slug, name, define }
}
const variable = (name: string, value = 'of-the-process'): SecretSource => ({ keys, variables: { [name]: value } })
const stored: SecretSource = { keys, variables: {} }
const view = async (name: string) => (await listSecrets(ctx)).find((one) => one.name === name)
const actionsOf = async (name: string) =>
  (
    await world.store.db.auditEntry.findMany({
      where: { subjectType: 'secret', subjectId: name },
      orderBy: { id: 'asc' },
    })
  ).map(({ action }) => action)

test('a variable that cannot be sent as it is says so before anything is asked, and is not repeated', async () => {
  const { name } = await environment('https://cp.example.com')
  for (const [value, why] of [
    ['of-a-file\n', 'ends in a line end'],
    ['of-a-file\r\n', 'ends in a line end'],
    ['of two words', 'holds blanks'],
    ['of-\u00e4', 'cannot be sent'],
  ] as const) {
    const answer = await secretFor(ctx, variable(name, value), name, [a])
    expect(answer).toEqual({ refusal: expect.stringMatching(new RegExp(`^${name} of the worker's process .*${why}`)) })
    expect(answer).toEqual({ refusal: expect.stringContaining('or set it under Secrets') })
    expect(JSON.stringify(answer)).not.toMatch(/of-a|two words|ä/)
  }
  // what is encoded on its way may hold what a header may not, and no line end all the same
  const registry = 'ROLLCALL_REGISTRY_ODD_PASSWORD'
  await allowOrigin(ctx, { name: registry, origin: a })
  expect(await secretFor(ctx, variable(registry, 'two wörds'), registry, [a])).toEqual({ value: 'two wörds' })
  expect(await secretFor(ctx, variable(registry, 'of-a-file\n'), registry, [a])).toMatchObject({
    refusal: expect.stringContaining('ends in a line end'),
  })
})

describe('where a secret may be sent', () => {
  test('a name is bound to where it is used first, and sent there and nowhere else', async () => {
    const { name } = await environment(`${a}/base`)
    expect(await secretFor(ctx, variable(name), name, [`${a}/base/cp`])).toEqual({ value: 'of-the-process' })
    for (const other of [
      b,
      'http://cp.example.com',
      'https://cp.example.com:444',
      'https://cp.example.com.',
      'https://x.cp.example.com',
    ])
      expect(await secretFor(ctx, variable(name), name, [other])).toEqual({
        refusal: expect.stringMatching(
          /may not be sent to .*: it was given for https:\/\/cp\.example\.com:443; allow it under Secrets\.$/,
        ),
      })
    expect(await secretFor(ctx, variable(name), name, ['ftp://cp.example.com'])).toMatchObject({
      refusal: expect.anything(),
    })
    expect(await actionsOf(name)).toEqual(['secret.bind'])
  })

  test('a control plane that is pointed elsewhere: nothing is sent there until a person says so', async () => {
    const { name, define } = await environment(a)
    await define(`${b}/x`)
    const said = `${name} may not be sent to ${b}: it was given for ${a}; set it anew for this address, or allow it, under Secrets.`
    expect(await secretFor(ctx, variable(name), name, [b])).toEqual({ refusal: said })
    expect(await secretFor(ctx, variable(name), name, [a])).toMatchObject({ refusal: expect.any(String) })
    // saying the same again is not a first use
    await define(`${b}/x`)
    await define(`${b}/y`)
    expect(await secretFor(ctx, variable(name), name, [b])).toEqual({ refusal: said })
    expect(await view(name)).toMatchObject({ boundTo: [], waiting: [said, expect.stringContaining('is not set')] })
    await allowOrigin(ctx, { name, origin: b })
    expect(await secretFor(ctx, variable(name), name, [b])).toEqual({ value: 'of-the-process' })
    expect(await actionsOf(name)).toEqual(['secret.bind', 'secret.unbind', 'secret.allow'])
  })

  test('nor by another environment of that name, and then back by a third', async () => {
    const { name, define } = await environment(a)
    await define(b)
    await defineEnvironment(ctx, {
      slug: `other-${count}`,
      controlPlaneUrl: b,
      controlPlaneTokenEnv: name,
      tenantUrlTemplate: 'https://{slug}.example.com',
    })
    expect(await secretFor(ctx, variable(name), name, [b])).toMatchObject({ refusal: expect.any(String) })
  })

  test('a stored value goes with the last of its bindings, and stays while somebody else uses it there', async () => {
    const { name, define } = await environment(a)
    const other = { slug: `two-${count}`, controlPlaneTokenEnv: name, tenantUrlTemplate: 'https://{slug}.example.com' }
    await defineEnvironment(ctx, { ...other, controlPlaneUrl: `${a}/two` })
    await setSecret(ctx, { name, value: 'stored-value' })
    await define(b)
    expect(await view(name)).toMatchObject({ value: 'stored', boundTo: [{ origin: a }] })
    expect(await secretFor(ctx, stored, name, [a])).toEqual({ value: 'stored-value' })
    await defineEnvironment(ctx, { ...other, controlPlaneUrl: b })
    expect(await view(name)).toMatchObject({ value: 'missing', boundTo: [] })
    expect(await world.store.db.secret.findUnique({ where: { name } })).toMatchObject({ ciphertext: null, keyId: null })
    await allowOrigin(ctx, { name, origin: b })
    expect(await secretFor(ctx, stored, name, [b])).toEqual({ refusal: expect.stringContaining(`${name} is not set`) })
    expect(await actionsOf(name)).toEqual([
      'secret.bind',
      'secret.set',
      'secret.unbind',
      'secret.clear',
      'secret.allow',
    ])
  })

  test('a move that was allowed before takes the value along', async () => {
    const { name, define } = await environment(a)
    await setSecret(ctx, { name, value: 'stored-value', origins: [a, b] })
    await define(b)
    expect(await view(name)).toMatchObject({ value: 'stored', boundTo: [{ origin: b }], waiting: [] })
    expect(await secretFor(ctx, stored, name, [b])).toEqual({ value: 'stored-value' })
  })

  test("the process's own hand says anew where its variables go, and never where a stored value goes", async () => {
    const worker: Context = { ...ctx, actor: { name: 'rollcall.yaml', via: 'worker' } }
    const { name, define, slug } = await environment(a)
    await define(b, worker)
    expect(await secretFor(ctx, variable(name), name, [b])).toEqual({ value: 'of-the-process' })
    expect(await secretFor(ctx, variable(name), name, [a])).toMatchObject({ refusal: expect.any(String) })
    await setSecret(ctx, { name, value: 'stored-value' })
    await defineEnvironment(worker, {
      slug: `${slug}-more`,
      controlPlaneUrl: a,
      controlPlaneTokenEnv: name,
      tenantUrlTemplate: 'https://{slug}.example.com',
    })
    expect(await secretFor(ctx, stored, name, [a])).toMatchObject({ refusal: expect.any(String) })
    expect(await secretFor(ctx, stored, name, [b])).toEqual({ value: 'stored-value' })
  })

  test('what was configured before there were bindings is bound to where it is used, and not to where it is moved', async () => {
    const { name, define } = await environment(a)
    await world.store.db.secret.delete({ where: { name } })
    expect(await secretFor(ctx, variable(name), name, [b])).toMatchObject({ refusal: expect.any(String) })
    expect(await secretFor(ctx, variable(name), name, [a])).toEqual({ value: 'of-the-process' })
    await world.store.db.secret.delete({ where: { name } })
    await define(b)
    expect(await secretFor(ctx, variable(name), name, [b])).toMatchObject({ refusal: expect.stringContaining(a) })
  })

  test('an import moves registries, their realms and forges, and no credential with them', async () => {
    const text = (registry: string, realm: string, forge: string) => `
registries:
  - { name: hub, url: "${registry}", username_env: ROLLCALL_REGISTRY_USER, password_env: ROLLCALL_REGISTRY_PASSWORD, realms: ["${realm}"] }
forges:
  - { name: forge, kind: gitea, url: "${forge}/git", token_env: ROLLCALL_FORGE_TOKEN_X }
`
    const [r1, t1, f1] = ['https://r.example.com', 'https://auth.example.com', 'https://git.example.com']
    await importConfiguration(ctx, { text: text(r1, t1, f1) })
    const source = {
      keys,
      variables: { ROLLCALL_REGISTRY_USER: 'u', ROLLCALL_REGISTRY_PASSWORD: 'p', ROLLCALL_FORGE_TOKEN_X: 't' },
    }
    const may = async (name: string, ...urls: [string, ...string[]]) =>
      'value' in (await secretFor(ctx, source, name, urls))
    expect(await may('ROLLCALL_REGISTRY_PASSWORD', r1, t1)).toBe(true)
    expect(await may('ROLLCALL_REGISTRY_USER', r1, t1)).toBe(true)
    expect(await may('ROLLCALL_FORGE_TOKEN_X', `${f1}/git`)).toBe(true)
    const evil = 'https://evil.example.org'
    await importConfiguration(ctx, { text: text(r1, evil, f1) })
    expect(await may('ROLLCALL_REGISTRY_PASSWORD', r1, evil)).toBe(false)
    expect(await may('ROLLCALL_REGISTRY_PASSWORD', r1)).toBe(true)
    await importConfiguration(ctx, { text: text(evil, evil, evil) })
    for (const name of ['ROLLCALL_REGISTRY_PASSWORD', 'ROLLCALL_REGISTRY_USER', 'ROLLCALL_FORGE_TOKEN_X'])
      expect([name, await may(name, evil)]).toEqual([name, false])
  })

  test('a name that is none is sent nowhere, whatever the process has', async () => {
    for (const name of ['PATH', 'ROLLCALL_TOKEN', 'ROLLCALL_SESSION_SECRET', 'constructor', '__proto__'])
      expect(await secretFor(ctx, { keys, variables: { [name]: 'x' } }, name, [a])).toMatchObject({
        refusal: expect.any(String),
      })
  })
})

describe('a stored secret', () => {
  test('goes before a variable, and gives way to it when it is cleared', async () => {
    const { name } = await environment(a)
    await setSecret(ctx, { name, value: 'stored-value' })
    expect(await secretFor(ctx, variable(name), name, [a])).toEqual({ value: 'stored-value' })
    await clearSecret(ctx, { name })
    expect(await secretFor(ctx, variable(name), name, [a])).toEqual({ value: 'of-the-process' })
  })

  test('law 14: is told by nothing but the worker that sends it, not even how long it is', async () => {
    const { name } = await environment(a)
    const value = 'planted-value-4711'
    const told = [await setSecret(ctx, { name, value }), await listSecrets(ctx), await clearSecret(ctx, { name })]
    await setSecret(ctx, { name, value })
    const everything = JSON.stringify([
      told,
      await world.store.db.auditEntry
        .findMany({ where: { subjectId: name } })
        .then((rows) => rows.map(({ id: _, ...row }) => row)),
      await world.database.query(`select name, encode(ciphertext, 'escape') as c from secrets where name = $1`, [name]),
    ])
    expect(everything).not.toContain('planted')
    expect(everything).not.toContain(Buffer.from(value).toString('base64'))
    for (const wrong of [
      { name, value: `${value} with a blank` },
      { name, value: `${value}\n` },
      { name: 'x', value },
    ]) {
      const error = await setSecret(ctx, wrong).catch((one: Error) => one)
      expect(JSON.stringify([error, (error as Error).message, (error as { details?: unknown }).details])).not.toContain(
        'planted',
      )
    }
  })

  test('is for the origins that are said when it is set, and for no others any more', async () => {
    const { name } = await environment(a)
    await setSecret(ctx, { name, value: 'one' })
    expect(await setSecret(ctx, { name, value: 'two', origins: [b] })).toMatchObject({
      boundTo: [{ origin: b, by: 'ana' }],
    })
    expect(await secretFor(ctx, stored, name, [a])).toMatchObject({ refusal: expect.any(String) })
    const unbound = 'ROLLCALL_CP_TOKEN_UNBOUND'
    await expect(setSecret(ctx, { name: unbound, value: 'x' })).rejects.toMatchObject({
      code: 'invalid',
      field: 'origins',
    })
    await setSecret(ctx, { name: unbound, value: 'x', origins: ['https://CP.example.com'] })
    expect(await disallowOrigin(ctx, { name: unbound, origin: a })).toMatchObject({ value: 'missing', boundTo: [] })
  })

  test('is not stored where there is no key', async () => {
    await expect(setSecret(world.ctx, { name: 'ROLLCALL_CP_TOKEN_K', value: 'x', origins: [a] })).rejects.toMatchObject(
      {
        code: 'refused',
        remedy: expect.stringContaining('ROLLCALL_SECRET_KEY_FILE'),
      },
    )
  })

  test('does not open under another name, changed, or with another key', () => {
    if (keys === null) throw new Error('no key')
    const sealed = seal(keys, 'ROLLCALL_CP_TOKEN_A', 'value')
    expect(unseal(keys, 'ROLLCALL_CP_TOKEN_A', sealed)).toBe('value')
    expect(unseal(keys, 'ROLLCALL_CP_TOKEN_B', sealed)).toBeNull()
    expect(unseal(readSecretKeys({ ROLLCALL_SECRET_KEY: oldKey }), 'ROLLCALL_CP_TOKEN_A', sealed)).toBeNull()
    expect(unseal(null, 'ROLLCALL_CP_TOKEN_A', sealed)).toBeNull()
    for (let i = 0; i < sealed.ciphertext.length; i++) {
      const changed = Uint8Array.from(sealed.ciphertext)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(unseal(keys, 'ROLLCALL_CP_TOKEN_A', { ...sealed, ciphertext: changed })).toBeNull()
    }
    expect(unseal(keys, 'ROLLCALL_CP_TOKEN_A', { ...sealed, ciphertext: sealed.ciphertext.slice(0, 20) })).toBeNull()
    expect(Buffer.from(seal(keys, 'X', 'value').ciphertext)).not.toEqual(
      Buffer.from(seal(keys, 'X', 'value').ciphertext),
    )
  })

  test('is encrypted anew when the key is replaced; what cannot be read is named and left', async () => {
    const [{ name }, lost] = [await environment(a), await environment(a)]
    const before = { ...ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: oldKey }) }
    await setSecret(before, { name, value: 'kept-value' })
    await setSecret(
      { ...ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: newKey() }) },
      { name: lost.name, value: 'lost' },
    )
    expect(await secretFor(ctx, stored, name, [a])).toEqual({ refusal: expect.stringContaining('cannot read it') })
    expect(await view(name)).toMatchObject({ value: 'stored', readable: false })
    const both = readSecretKeys({ ROLLCALL_SECRET_KEY: key, ROLLCALL_SECRET_KEY_PREVIOUS: oldKey })
    expect(await secretFor(ctx, { keys: both, variables: {} }, name, [a])).toEqual({ value: 'kept-value' })
    expect(await rotateSecrets({ ...ctx, keys: both })).toMatchObject({
      rotated: [name],
      unreadable: [lost.name],
    })
    expect(await secretFor(ctx, stored, name, [a])).toEqual({ value: 'kept-value' })
    expect(await rotateSecrets({ ...ctx, keys: both })).toMatchObject({ rotated: [] })
    expect(await actionsOf(name)).toContain('secret.rotate')
  })
})

describe('the key', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-key-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'secret.key')

  test('comes from a variable or from a file of one owner', () => {
    writeFileSync(file, `${key}\n`, { mode: 0o600 })
    expect(readSecretKeys({ ROLLCALL_SECRET_KEY_FILE: file })).toEqual(keys)
    expect(readSecretKeys({})).toBeNull()
  })

  test.each([
    [{ ROLLCALL_SECRET_KEY: 'short' }, 'ROLLCALL_SECRET_KEY is no key'],
    [{ ROLLCALL_SECRET_KEY: `${'!'.repeat(44)}` }, 'ROLLCALL_SECRET_KEY is no key'],
    [{ ROLLCALL_SECRET_KEY_FILE: '/nowhere/secret.key' }, '/nowhere/secret.key cannot be read: ENOENT'],
    [{ ROLLCALL_SECRET_KEY_FILE: tmpdir() }, 'is no file'],
    [{ ROLLCALL_SECRET_KEY: key, ROLLCALL_SECRET_KEY_FILE: file }, 'are both set'],
    [{ ROLLCALL_SECRET_KEY_PREVIOUS: key }, 'no key that replaces it'],
    [{ ROLLCALL_SECRET_KEY: key, ROLLCALL_SECRET_KEY_PREVIOUS: 'x' }, 'ROLLCALL_SECRET_KEY_PREVIOUS is no key'],
  ])('%# is refused by name', (env, said) => {
    expect(() => readSecretKeys(env)).toThrow(said)
    expect(() => readSecretKeys(env)).not.toThrow(key)
  })

  test.each([0o640, 0o604, 0o644, 0o620])('is not taken from a file with mode %o', (mode) => {
    chmodSync(file, mode)
    expect(() => readSecretKeys({ ROLLCALL_SECRET_KEY_FILE: file })).toThrow(`${file} can be read by others`)
    chmodSync(file, 0o600)
  })
})
