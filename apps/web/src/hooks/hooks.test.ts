import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { type DeliveryFixture, deliveryFixtures, fixtureSha, signed, signedFixture } from '@rollcall/forge/testing'
import { handleDelivery } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type HookPlace, hook, hookPlace, hookSecrets } from './testing/place.ts'

const { ROLLCALL_HOOK_SECRET_NEW: secret, ROLLCALL_HOOK_SECRET_OLD: oldSecret } = hookSecrets
const mebibyte = 1024 * 1024
let place: HookPlace

beforeAll(async () => {
  place = await hookPlace()
  await place.configure({
    webhooks: [
      hook('any'),
      hook('only-github', { sender: 'github' }),
      hook('listed', { repos: ['somebody/else'] }),
      hook('unset', { secretEnvs: ['ROLLCALL_HOOK_SECRET_UNSET', 'ROLLCALL_TOKEN'] }),
      hook('standard', { secretEnvs: ['ROLLCALL_HOOK_SECRET_WHSEC'] }),
    ],
  })
})
afterAll(() => place?.close())

const row = (id: string) => place.store.db.webhookDelivery.findUniqueOrThrow({ where: { id } })
const rows = (where: object) => place.store.db.webhookDelivery.findMany({ where })
/** They follow the answer by a moment. */
const jobs = async (id: string) => {
  await place.store.deliveries.flush()
  return place.database.query(`select 1 from pgboss.job where name = 'delivery.handle' and singleton_key = $1`, [id])
}
const status = (more: Partial<Parameters<typeof signedFixture>[2]> = {}) => signedFixture('github-status', secret, more)

describe('a delivery that is its sender’s', () => {
  it.each(Object.keys(deliveryFixtures) as DeliveryFixture[])('is stored and answered with 202: %s', async (name) => {
    const delivery = signedFixture(name, secret, { at: place.clock.now })
    const { sender, event } = deliveryFixtures[name]
    const { status, body } = await place.post('any', delivery)
    expect(status).toBe(202)
    const stored = await row(body.id)
    expect(stored).toMatchObject({ endpoint: 'any', sender, verdict: body.verdict, bodyBytes: delivery.body.length })
    expect(Buffer.from(stored.body ?? []).equals(delivery.body)).toBe(true)
    if (sender !== 'standard') expect(stored.event).toBe(event)
    expect(await jobs(body.id)).toHaveLength(body.verdict === 'accepted' ? 1 : 0)
    expect(JSON.stringify(stored.headers)).not.toContain('signature')
    expect(JSON.stringify(stored.headers)).not.toContain(secret)
  })

  it('is ignored by name when no rule of the endpoint makes anything of it, and logged', async () => {
    const ping = await place.post('any', signedFixture('github-ping', secret))
    expect(ping).toMatchObject({ status: 202, body: { verdict: 'ignored', message: 'ignored: event_not_read' } })
    expect(await row(ping.body.id)).toMatchObject({ verdict: 'ignored', rule: 'event_not_read', handledAt: null })
    const other = await place.post('listed', status())
    expect(other).toMatchObject({ status: 202, body: { verdict: 'ignored', message: 'ignored: repo_not_listed' } })
  })

  it('is taken with either of two live secrets, and with a whsec_ one', async () => {
    expect(await place.post('any', signedFixture('gitea-status', oldSecret))).toMatchObject({ status: 202 })
    const standard = signedFixture('standard-check', hookSecrets.ROLLCALL_HOOK_SECRET_WHSEC, { at: place.clock.now })
    expect(await place.post('standard', standard)).toMatchObject({ status: 202, body: { verdict: 'accepted' } })
  })

  it('comes a hundred times at once and is one row, one job and one effect', async () => {
    const delivery = status({ deliveryId: 'a-hundred-times' })
    const answers = await Promise.all(Array.from({ length: 100 }, () => place.post('any', delivery)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status, body }) => status === 200 && body.duplicate === true)).toHaveLength(99)
    const [id, ...others] = new Set(answers.map(({ body }) => body.id))
    expect(others).toEqual([])
    expect(await rows({ deliveryId: 'a-hundred-times' })).toMatchObject([{ id, repeats: 99 }])
    expect(await jobs(id)).toHaveLength(1)
    await Promise.all(Array.from({ length: 5 }, () => handleDelivery(place.ctx, id)))
    expect(await place.store.db.check.count({ where: { deliveryId: id } })).toBe(1)
    expect(await row(id)).toMatchObject({ failure: null, effects: [{ kind: 'check', outcome: 'written' }] })
  })

  it('is told by its body where the sender gives it no id', async () => {
    const make = (text: string) => {
      const { headers, body } = signed(Buffer.from(text), { sender: 'github', event: 'ping', secret })
      const { 'x-github-delivery': _gone, ...rest } = headers as Record<string, string>
      return { headers: rest, body }
    }
    const first = await place.post('any', make('{"one":1}'))
    expect(await place.post('any', make('{"one":1}'))).toMatchObject({
      status: 200,
      body: { duplicate: true, id: first.body.id },
    })
    expect(await place.post('any', make('{"two":2}'))).toMatchObject({ status: 202 })
  })

  it('is another one at another endpoint', async () => {
    const delivery = status({ deliveryId: 'at-two-endpoints' })
    expect(await place.post('any', delivery)).toMatchObject({ status: 202 })
    expect(await place.post('only-github', delivery)).toMatchObject({ status: 202 })
  })
})

describe('a delivery that is not proven', () => {
  const refused = async (endpoint: string, delivery: Parameters<HookPlace['post']>[1]) => {
    const before = await place.store.db.webhookDelivery.count({ where: { verdict: { not: 'refused' } } })
    const answer = await place.post(endpoint, delivery)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ code: 'unauthorized', detail: expect.any(String), remedy: expect.any(String) })
    await place.flush()
    expect(await place.store.db.webhookDelivery.count({ where: { verdict: { not: 'refused' } } })).toBe(before)
    return rows({ endpoint, verdict: 'refused' })
  }

  it.each([
    ['github', 'github-status'],
    ['gitea', 'gitea-status'],
    ['gitlab', 'gitlab-pipeline'],
    ['bitbucket', 'bitbucket-push'],
    ['standard', 'standard-check'],
  ] as const)('is refused with 401 and counted without its body: forged for %s', async (sender, name) => {
    const found = await refused('any', signedFixture(name, 'not the secret', { at: place.clock.now }))
    expect(found.find((one) => one.sender === sender)).toMatchObject({ rule: 'signature_mismatch', body: null })
  })

  it('is refused when its time is more than five minutes from now', async () => {
    const at = new Date(place.clock.now.getTime() - 301_000)
    const found = await refused('any', signedFixture('standard-check', secret, { at }))
    expect(found.find(({ rule }) => rule === 'timestamp_out_of_range')).toMatchObject({ sender: 'standard' })
  })

  it('is refused when one byte of it was changed, when it is not signed, or when it is from another sender', async () => {
    const { headers, body } = status()
    await refused('any', { headers, body: Buffer.concat([body, Buffer.from(' ')]) })
    expect(await place.post('any', { headers: {}, body })).toMatchObject({ status: 401 })
    expect(await place.post('only-github', signedFixture('gitea-status', secret))).toMatchObject({ status: 401 })
  })

  it('is refused where no secret is set, also when the configuration names another variable of the process', async () => {
    const found = await refused('unset', signedFixture('github-status', ''))
    expect(found).toMatchObject([{ rule: 'no_secret' }])
  })

  it('leaves one row for all of an endpoint, sender, reason and minute', async () => {
    place.clock.now = new Date('2026-05-01T10:00:30Z')
    const forged = signedFixture('github-push', 'wrong', { deliveryId: 'forged-first' })
    await Promise.all(Array.from({ length: 300 }, () => place.post('only-github', forged)))
    await place.flush()
    await place.post('only-github', forged)
    place.clock.now = new Date('2026-05-01T10:01:00Z')
    await place.post('only-github', forged)
    await place.flush()
    const found = await rows({ endpoint: 'only-github', rule: 'signature_mismatch', deliveryId: 'forged-first' })
    expect(found.map(({ repeats }) => repeats).sort()).toEqual([0, 300])
    place.clock.now = new Date()
  })
})

describe('the door', () => {
  it('answers an unknown endpoint with 404 and another method with 405', async () => {
    expect(await place.post('nobody', status())).toMatchObject({ status: 404, body: { field: 'endpoint' } })
    expect(await place.post('any/more', status())).toMatchObject({ status: 404 })
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const response = await fetch(`${place.url}/hooks/any`, { method })
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST, OPTIONS'])
      await response.text()
    }
    expect((await fetch(`${place.url}/hooks/any`, { method: 'OPTIONS' })).status).toBe(204)
    expect((await fetch(`${place.url}/hooks`)).status).toBe(405)
    expect((await fetch(`${place.url}/hooksy`)).status).toBe(204)
  })

  const ofSize = (bytes: number, deliveryId: string) =>
    signed(Buffer.alloc(bytes, 'x'), { sender: 'github', event: 'ping', secret, deliveryId })

  it('takes a body of exactly 1 MiB and refuses one byte more', async () => {
    expect(await place.post('any', ofSize(mebibyte, 'exactly'))).toMatchObject({ status: 202 })
    expect(await place.post('any', ofSize(mebibyte + 1, 'over'))).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
    expect(await rows({ deliveryId: 'over' })).toEqual([])
  })

  it('refuses by the stated length before anything is sent', async () => {
    const asked = httpRequest(`${place.url}/hooks/any`, { method: 'POST', headers: { 'content-length': 5_000_000 } })
    asked.on('error', () => {})
    asked.flushHeaders()
    const code = await new Promise((resolve) => asked.once('response', (response) => resolve(response.statusCode)))
    expect(code).toBe(413)
    asked.destroy()
  })

  it('refuses a body without a stated length while it comes in, and answers', async () => {
    const delivery = ofSize(2 * mebibyte, 'chunked')
    const asked = httpRequest(`${place.url}/hooks/any`, {
      method: 'POST',
      headers: delivery.headers as OutgoingHttpHeaders,
    })
    asked.on('error', () => {})
    const answered = new Promise((resolve) => asked.once('response', (response) => resolve(response.statusCode)))
    for (let at = 0; at < delivery.body.length; at += 65_536) asked.write(delivery.body.subarray(at, at + 65_536))
    expect(await answered).toBe(413)
    asked.destroy()
  })

  it('stores nothing of a body that is shorter than its stated length, or longer', async () => {
    const { headers, body } = status({ deliveryId: 'lying' })
    const head = Object.entries(headers as Record<string, string>).map(([name, value]) => `${name}: ${value}`)
    const send = (length: number) =>
      new Promise<string>((resolve) => {
        const socket = connect({ port: place.port, host: '127.0.0.1' })
        let heard = ''
        socket.on('data', (data) => {
          heard += data
        })
        socket.on('error', () => {})
        socket.once('close', () => resolve(heard))
        socket.write(`POST /hooks/any HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n${head.join('\r\n')}\r\n\r\n`)
        socket.end(body)
      })
    expect(await send(body.length + 100)).not.toContain('202')
    expect(await send(body.length - 1)).toContain('401')
    expect(await rows({ deliveryId: 'lying', verdict: { not: 'refused' } })).toEqual([])
  })

  it('sees a new endpoint and a new secret within a second', async () => {
    expect(await place.post('later', status())).toMatchObject({ status: 404 })
    const known = { webhooks: [hook('any'), hook('only-github', { sender: 'github' }), hook('later')] }
    await place.configure(known)
    const since = performance.now()
    await vi.waitFor(async () => expect(await place.post('later', status())).toMatchObject({ status: 202 }), {
      timeout: 2_000,
      interval: 20,
    })
    expect(performance.now() - since).toBeLessThan(1_000)
  })

  it('answers 503 and stores nothing while the database is away, so that the sender tries again', async () => {
    const { deliveries } = place.store
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    vi.spyOn(deliveries, 'store').mockRejectedValueOnce(gone)
    const delivery = status({ deliveryId: 'database-away' })
    expect(await place.post('any', delivery)).toMatchObject({ status: 503 })
    expect(await place.post('any', delivery)).toMatchObject({ status: 202 })
  })
})

it('reads what it stored: a check of the commit', async () => {
  const { body } = await place.post('any', status({ deliveryId: 'read-again' }))
  await handleDelivery(place.ctx, body.id)
  expect(await row(body.id)).toMatchObject({
    handledAt: expect.any(Date),
    effects: [{ kind: 'check', sha: fixtureSha }],
  })
})
