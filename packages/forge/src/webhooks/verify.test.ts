import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeliveryFixture, deliveryFixtures, fixtureBody, signed, signedFixture } from '../testing/index.ts'
import { headersToKeep } from './keep-headers.ts'
import { refusalReasons } from './refusals.ts'
import { type Sender, senders } from './senders.ts'
import { type Delivery, verifyDelivery } from './verify.ts'

const now = new Date('2026-01-15T10:00:00Z')
const secret = 'planted-secret-0123456789'
const whsec = `whsec_${Buffer.from('planted-secret-bytes-of-a-key').toString('base64')}`
const one = { secrets: [secret] }
const body = fixtureBody('github-status')
const from = (sender: Sender, more: { secret?: string; at?: Date; deliveryId?: string } = {}) =>
  signed(body, { sender, event: 'status', secret, at: now, ...more })
const without = ({ headers, body }: Delivery, ...names: string[]): Delivery => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))),
  body,
})
const withHeader = ({ headers, body }: Delivery, name: string, value: string | string[]): Delivery => ({
  headers: { ...headers, [name]: value },
  body,
})
/** The header in which each sender proves itself. */
const proofs: Record<Sender, string> = {
  forgejo: 'x-forgejo-signature',
  gitea: 'x-gitea-signature',
  gitlab: 'x-gitlab-token',
  bitbucket: 'x-hub-signature',
  github: 'x-hub-signature-256',
  standard: 'webhook-signature',
}

describe('a delivery', () => {
  it.each(Object.keys(deliveryFixtures) as DeliveryFixture[])('like %s is verified and named', (name) => {
    const { sender, event } = deliveryFixtures[name]
    const delivery = signedFixture(name, secret, { at: now, deliveryId: 'd-1' })
    expect(verifyDelivery(delivery, one, now)).toEqual({
      sender,
      event: sender === 'standard' ? null : event,
      deliveryId: 'd-1',
      verified: true,
      secret: 0,
      bodyHash: createHash('sha256').update(delivery.body).digest('hex'),
    })
  })

  it('is told apart by the sender that is most particular, because each also speaks as the ones it came from', () => {
    expect(senders).toEqual(['forgejo', 'gitea', 'gitlab', 'bitbucket', 'github', 'standard'])
    for (const sender of senders) {
      expect(verifyDelivery(from(sender), one, now), sender).toMatchObject({ sender, verified: true })
    }
    const headers = Object.keys(from('forgejo').headers)
    for (const name of ['x-forgejo-event', 'x-gitea-event', 'x-github-event']) expect(headers).toContain(name)
  })

  it.each(senders)('of %s is refused with another secret, another body, or no proof', (sender) => {
    const delivery = from(sender)
    const forged = from(sender, { secret: `${secret}x` })
    expect(verifyDelivery(forged, one, now)).toMatchObject({ sender, verified: false, refused: 'signature_mismatch' })
    if (sender !== 'gitlab') {
      const changed = { ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) }
      expect(verifyDelivery(changed, one, now)).toMatchObject({ refused: 'signature_mismatch' })
    }
    const names = sender === 'forgejo' ? ['x-forgejo-signature', 'x-gitea-signature'] : [proofs[sender]]
    expect(verifyDelivery(without(delivery, ...names), one, now)).toMatchObject({ refused: 'signature_missing' })
    expect(verifyDelivery(withHeader(delivery, proofs[sender], ''), { secrets: [] }, now)).toMatchObject({
      verified: false,
    })
  })

  it.each(senders)('of %s passes with each of two live secrets, and with no third one', (sender) => {
    const endpoint = { secrets: ['the-new-secret', secret, 'a-third-one'] }
    expect(verifyDelivery(from(sender), endpoint, now)).toMatchObject({ verified: true, secret: 1 })
    expect(verifyDelivery(from(sender, { secret: 'the-new-secret' }), endpoint, now)).toMatchObject({ secret: 0 })
    expect(verifyDelivery(from(sender, { secret: 'a-third-one' }), endpoint, now)).toMatchObject({ verified: false })
  })

  it.each(senders)('of %s never passes where there is no secret', (sender) => {
    for (const secrets of [[], [''], [' '], ['', '']]) {
      // an empty key is one that everybody knows
      const delivery = from(sender, { secret: secrets[0] ?? '' })
      expect(verifyDelivery(delivery, { secrets }, now)).toMatchObject({ verified: false, refused: 'no_secret' })
    }
  })

  it.each(senders)('of %s is not proven by an empty secret beside a good one', (sender) => {
    expect(verifyDelivery(from(sender, { secret: '' }), { secrets: [secret, ''] }, now)).toMatchObject({
      verified: false,
    })
    expect(verifyDelivery(from(sender), { secrets: ['', secret] }, now)).toMatchObject({ verified: true, secret: 1 })
  })

  it.each(['github', 'gitea', 'forgejo', 'bitbucket'] as const)(
    'of %s is refused with a signature of another form',
    (sender) => {
      const name = proofs[sender]
      const hex = 'a'.repeat(64)
      const forms = [
        'x',
        'sha1=abc',
        `sha256=${hex}0`,
        `sha256=${'g'.repeat(64)}`,
        `SHA256=${hex}`,
        `sha256=${hex}, sha256=${hex}`,
      ]
      const other = sender === 'github' || sender === 'bitbucket' ? hex : `sha256=${hex}`
      for (const form of [...forms, other]) {
        expect(verifyDelivery(withHeader(from(sender), name, form), one, now), form).toMatchObject({
          refused: 'signature_malformed',
        })
      }
      const twice = withHeader(from(sender), name, [`sha256=${hex}`, `sha256=${hex}`])
      expect(verifyDelivery(without(twice, 'x-gitea-signature'), one, now)).toMatchObject({ verified: false })
    },
  )

  it('takes a signature in capitals, which is the same number', () => {
    const delivery = from('gitea')
    const upper = String(delivery.headers['x-gitea-signature']).toUpperCase()
    expect(verifyDelivery(withHeader(delivery, 'x-gitea-signature', upper), one, now)).toMatchObject({ verified: true })
  })

  it('is only for the sender of its endpoint, where that has one', () => {
    expect(verifyDelivery(from('gitea'), { ...one, sender: 'github' }, now)).toMatchObject({
      verified: false,
      refused: 'sender_unexpected',
    })
    expect(verifyDelivery(from('github'), { ...one, sender: 'github' }, now)).toMatchObject({ verified: true })
    expect(verifyDelivery({ headers: { 'x-signature': 'x' }, body }, one, now)).toEqual({
      sender: null,
      event: null,
      deliveryId: null,
      verified: false,
      refused: 'sender_unknown',
    })
  })

  it('has no name where its own is unusable', () => {
    for (const id of ['', 'x'.repeat(201), 'a\u0000b', 'ü']) {
      expect(verifyDelivery(from('github', { deliveryId: id }), one, now)).toMatchObject({ deliveryId: null })
    }
  })

  it('is verified over its bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...senders), fc.nat(), (bytes, sender, at) => {
        const delivery = signed(bytes, { sender, event: 'push', secret, at: now })
        expect(verifyDelivery(delivery, one, now)).toMatchObject({ verified: true })
        if (sender === 'gitlab' || bytes.length === 0) return
        const changed = Uint8Array.from(bytes)
        changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ 1
        expect(verifyDelivery({ ...delivery, body: changed }, one, now)).toMatchObject({ verified: false })
      }),
    )
  })

  it('never throws, whatever its headers hold', () => {
    const names = fc.constantFrom(
      ...Object.values(proofs),
      'webhook-id',
      'webhook-timestamp',
      'x-github-event',
      'x-gitea-event',
    )
    const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.constant(undefined))
    fc.assert(
      fc.property(fc.dictionary(names, value), (headers) => {
        const verdict = verifyDelivery({ headers, body }, { secrets: [secret, whsec] }, now)
        expect(verdict.verified).toBe(false)
        if (!verdict.verified) expect(refusalReasons[verdict.refused]).toBeDefined()
      }),
    )
  })
})

describe('a Standard Webhooks delivery', () => {
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)

  it('has a key behind whsec_, and several signatures while it is changed', () => {
    const delivery = from('standard', { secret: whsec, deliveryId: 'msg_1' })
    expect(verifyDelivery(delivery, { secrets: [whsec] }, now)).toMatchObject({ verified: true })
    const signature = String(delivery.headers['webhook-signature'])
    const strange = Buffer.alloc(32, 7).toString('base64')
    for (const list of [`v1,${strange} ${signature}`, `${signature} v1,${strange}`, `v1a,xyz v2,abc ${signature}`]) {
      expect(verifyDelivery(withHeader(delivery, 'webhook-signature', list), { secrets: [whsec] }, now)).toMatchObject({
        verified: true,
      })
    }
    for (const list of ['v1,', 'v1', strange, `v2,${strange}`, `v1,${Buffer.alloc(31).toString('base64')}`]) {
      expect(verifyDelivery(withHeader(delivery, 'webhook-signature', list), { secrets: [whsec] }, now)).toMatchObject({
        refused: 'signature_malformed',
      })
    }
  })

  it('may be five minutes from now to both sides, and no more', () => {
    for (const seconds of [0, 300, -300]) {
      expect(verifyDelivery(from('standard', { at: at(seconds) }), one, now)).toMatchObject({ verified: true })
    }
    for (const seconds of [301, -301, 86_400]) {
      expect(verifyDelivery(from('standard', { at: at(seconds) }), one, now)).toMatchObject({
        refused: 'timestamp_out_of_range',
      })
    }
  })

  it('cannot be given another time or another id', () => {
    const delivery = from('standard', { at: at(-600), deliveryId: 'msg_1' })
    const fresh = String(Math.floor(now.getTime() / 1000))
    expect(verifyDelivery(withHeader(delivery, 'webhook-timestamp', fresh), one, now)).toMatchObject({
      refused: 'signature_mismatch',
    })
    expect(verifyDelivery(withHeader(from('standard'), 'webhook-id', 'other'), one, now)).toMatchObject({
      refused: 'signature_mismatch',
    })
    for (const timestamp of ['', 'now', '1e9', '-1', '0x10', `${fresh}.5`, ` ${fresh} 1`]) {
      const changed = withHeader(from('standard'), 'webhook-timestamp', timestamp)
      expect(verifyDelivery(changed, one, now), timestamp).toMatchObject({ refused: 'timestamp_malformed' })
    }
  })

  it('has no usable secret where nothing follows whsec_', () => {
    for (const empty of ['whsec_', 'whsec_!!!', 'whsec_===']) {
      expect(verifyDelivery(from('standard'), { secrets: [empty] }, now)).toMatchObject({ refused: 'no_secret' })
    }
  })
})

describe('the cost of verifying', () => {
  it('leaves room for five thousand forged deliveries a second', () => {
    const forged = signed(Buffer.alloc(8192, 'x'), { sender: 'github', event: 'push', secret: 'guess' })
    const endpoint = { secrets: [secret, 'the-other-live-one'] }
    // of this process's own time: others may be at work on the machine
    const before = process.cpuUsage()
    for (let i = 0; i < 5000; i++) verifyDelivery(forged, endpoint, now)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1)
  })
})

describe('the headers that are kept', () => {
  it.each(senders)('of %s say who sent what, and hold no secret and no signature', (sender) => {
    const delivery = withHeader(
      withHeader(from(sender, { deliveryId: 'd-1' }), 'authorization', `Bearer ${secret}`),
      'cookie',
      secret,
    )
    const kept = headersToKeep(delivery.headers)
    expect(Object.values(kept)).toContain('d-1')
    expect(JSON.stringify(kept)).not.toContain(secret)
    for (const name of [...Object.values(proofs), 'authorization', 'cookie']) expect(kept).not.toHaveProperty(name)
  })
})
