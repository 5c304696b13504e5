import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '../manifest/parse.ts'
import { type Case, casesOf, commitOf, fieldManifest } from '../testing/index.ts'
import { judgeUpdate, type Receipt, receiveRules, receiveUpdate, type SlotConsent, type SlotFacts } from './judge.ts'
import { applyUpdate, type Slot } from './slot.ts'
import { type UpdateInput, type UpdateWorld, validateUpdate } from './validate.ts'

const world: UpdateWorld = {
  manifest: parseManifest(fieldManifest),
  hasState: (environment) => Object.hasOwn(fieldManifest.state, environment),
}
const sha = commitOf('s1')
const good: UpdateInput = { source_repo: 'org/infra', deploy_name: 'infra', environment: 'dev', sha }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))
const slot: Slot = {
  repo: 'org/infra',
  sha,
  version: 'v1',
  artifacts: { a: '1' },
  recordedAt: at(10),
  recordedBy: 'ci',
  runId: null,
  previous: [],
}
const facts = (more: Partial<SlotFacts> = {}): SlotFacts => ({ slot, order: 'newer', receivedAt: at(20), ...more })
const consent = (more: Partial<SlotConsent> = {}): SlotConsent => ({
  force: false,
  allowDowngrade: false,
  unknownOrder: 'accepted',
  ...more,
})
const receive = (input: UpdateInput, about: Partial<SlotFacts> = {}, may: Partial<SlotConsent> = {}): Receipt =>
  receiveUpdate(input, world, () => facts(about), consent(may))
const other: UpdateInput = { ...good, sha: commitOf('s2') }

describe('an update held against the manifest', () => {
  // The examples write "s1" for a commit; that it must be one is a rule of ours, which has a row of its own.
  const inputOf = ({ given }: Case): UpdateInput => ({ ...given, sha: given.sha === 's1' ? sha : given.sha })

  it.each(casesOf('receiver.validate'))('agrees with the field about $id', (row) => {
    const valid = validateUpdate(inputOf(row), world)
    if (row.recommend?.error !== undefined) {
      expect(valid).toMatchObject({ ok: false, message: expect.stringContaining(row.recommend.error) })
    } else if (row.expect.accepted || row.recommend?.note?.includes('case-insensitive')) {
      expect(valid).toMatchObject({ ok: true })
      if (row.expect.artifacts === null) expect(valid).toMatchObject({ update: { artifacts: { said: 'cleared' } } })
    } else {
      expect(valid).toMatchObject({ ok: false, message: expect.stringContaining(row.expect.error_contains) })
    }
  })

  it('refuses by the first rule that does not hold, in this order', () => {
    const broken = parseManifest({ external: 1 })
    const none = parseManifest({})
    const steps: [string, UpdateInput, Partial<UpdateWorld>][] = [
      ['required', { ...good, sha: ' ' }, { manifest: null }],
      ['text', { ...good, version: 7 }, { manifest: null }],
      ['manifest', { ...good, deploy_name: 'ghost' }, { manifest: broken }],
      ['primary', { ...good, deploy_name: 'ghost' }, { manifest: none }],
      ['deploy_known', { ...good, deploy_name: 'ghost', source_repo: 'org/wrong' }, {}],
      ['source_repo', { ...good, source_repo: 'org/wrong', environment: 'nope' }, {}],
      ['environment_state', { ...good, environment: 'test', artifacts: '{' }, {}],
      ['artifacts', { ...good, artifacts: '{', sha: 'x' }, {}],
      ['sha', { ...good, sha: 'abcdef1' }, {}],
    ]
    expect(steps.map(([rule]) => rule)).toEqual(receiveRules.slice(0, steps.length))
    for (const [rule, input, change] of steps) {
      const valid = validateUpdate(input, { ...world, ...change })
      expect(valid, rule).toMatchObject({
        ok: false,
        rule,
        message: expect.stringMatching(/./),
        remedy: expect.stringMatching(/./),
      })
    }
  })

  it('says that a configured environment without state is known but empty', () => {
    const valid = validateUpdate({ ...good, environment: 'test' }, world)
    expect(valid).toMatchObject({ rule: 'environment_state', remedy: expect.stringContaining('nothing is recorded') })
  })

  it.each(['Org/Infra', 'ORG/INFRA', 'org/infra.git', ' org/infra '])(
    'takes %j for the owner, and keeps the name of the configuration',
    (source_repo) => {
      expect(validateUpdate({ ...good, source_repo }, world)).toMatchObject({
        ok: true,
        update: { sourceRepo: 'org/infra' },
      })
    },
  )

  it.each(['abcdef1', 'g'.repeat(40), '0'.repeat(40), `${sha}0`, `${sha}\n`, ` ${sha}`, '$(id)'])(
    'refuses %j as a commit',
    (text) => {
      expect(validateUpdate({ ...good, sha: text }, world)).toMatchObject({ ok: false, rule: 'sha' })
    },
  )

  it('takes a commit in any case and of either length, and keeps it in lower case', () => {
    expect(validateUpdate({ ...good, sha: 'AB'.repeat(20) }, world)).toMatchObject({ update: { sha: 'ab'.repeat(20) } })
    expect(validateUpdate({ ...good, sha: 'ab'.repeat(32) }, world)).toMatchObject({ ok: true })
  })

  it('is not fooled by names that every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(validateUpdate({ ...good, environment: name }, world)).toMatchObject({ rule: 'environment_state' })
      expect(validateUpdate({ ...good, deploy_name: name }, world)).toMatchObject({ rule: 'deploy_known' })
    }
  })

  it('gives artifacts back as they came, as text and as a map, whatever is in them', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '"',
        "'",
        '$(id)',
        '`id`',
        'a\nb',
        '\u0000\u2028\ud83d\ude00',
        `\${{ secrets.X }}`,
        '__proto__',
        '',
      ),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty), { maxLength: 5 }), (entries) => {
        const map = Object.fromEntries(entries)
        for (const artifacts of [map, JSON.stringify(map)]) {
          const valid = validateUpdate({ ...good, artifacts }, world)
          expect(valid).toMatchObject({ ok: true })
          if (!valid.ok || valid.update.artifacts.said !== 'given') throw new Error('not given')
          expect(JSON.stringify(valid.update.artifacts.artifacts)).toBe(JSON.stringify(map))
          expect(Object.getPrototypeOf(valid.update.artifacts.artifacts)).toBe(Object.prototype)
        }
      }),
    )
  })

  it.each([
    [undefined, 'nothing'],
    ['', 'nothing'],
    [null, 'cleared'],
    ['null', 'cleared'],
    ['{}', 'given'],
    [{ a: '1' }, 'given'],
  ])('hears artifacts %j as %s', (artifacts, said) => {
    expect(validateUpdate({ ...good, artifacts }, world)).toMatchObject({ update: { artifacts: { said } } })
  })

  it.each([[[]], ['[]'], ['"x"'], [7], [true], [{ a: null }], [{ a: { b: 'c' } }], [' ']])(
    'refuses artifacts %j',
    (artifacts) => {
      const valid = validateUpdate({ ...good, artifacts }, world)
      expect(valid).toMatchObject({ rule: 'artifacts', message: expect.stringContaining('parsing artifacts JSON') })
    },
  )

  it('knows who sent it, or says that nobody knows', () => {
    expect(validateUpdate(good, world)).toMatchObject({ update: { actor: 'unknown', runId: null, version: null } })
    const said = validateUpdate({ ...good, run_id: 77, version: 'v1' }, { ...world, actor: 'ci-token' })
    expect(said).toMatchObject({ update: { actor: 'ci-token', runId: '77', version: 'v1' } })
  })

  it('never throws, whatever is sent', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('org/infra', 'infra', 'dev', sha))
    const input = fc.record(
      {
        source_repo: field,
        deploy_name: field,
        environment: field,
        sha: field,
        version: field,
        artifacts: field,
        run_id: field,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(input, (given) => {
        const valid = validateUpdate(given as UpdateInput, world)
        if (!valid.ok) expect(receiveRules).toContain(valid.rule)
      }),
    )
  })
})

describe('an update held against what is recorded', () => {
  it('is accepted where nothing is recorded, and for a newer commit', () => {
    expect(receive(good, { slot: null })).toMatchObject({ outcome: 'accepted', notices: [], mode: 'record_only' })
    expect(receive(other)).toMatchObject({ outcome: 'accepted', notices: [] })
  })

  it('changes nothing when the commit is recorded already, and names what it would have changed', () => {
    expect(receive(good)).toMatchObject({ outcome: 'unchanged', differs: [] })
    const said = receive({ ...good, version: 'v2', artifacts: { a: '2' } })
    expect(said).toMatchObject({
      outcome: 'unchanged',
      differs: ['version', 'artifacts'],
      remedy: expect.stringMatching(/force/),
    })
    expect(receive({ ...good, artifacts: null })).toMatchObject({ differs: ['artifacts'] })
    expect(receive({ ...good, artifacts: { a: '1' }, version: 'v1' })).toMatchObject({ differs: [] })
    expect(receive(good, {}, { force: true })).toMatchObject({ outcome: 'accepted', notices: ['forced'] })
  })

  it('goes back to an older commit only when it is allowed to', () => {
    expect(receive(other, { order: 'older' })).toMatchObject({
      ok: false,
      rule: 'older',
      remedy: expect.stringMatching(/allow_downgrade/),
    })
    expect(receive(other, { order: 'older' }, { force: true })).toMatchObject({ rule: 'older' })
    const allowed = receive(other, { order: 'older' }, { allowDowngrade: true })
    expect(allowed).toMatchObject({ outcome: 'accepted', notices: ['downgrade'] })
  })

  it('never passes over an order that nobody knows in silence', () => {
    for (const order of ['unknown', 'same'] as const) {
      expect(receive(other, { order })).toMatchObject({ outcome: 'accepted', notices: ['order_unknown'] })
      const strict = receive(other, { order }, { unknownOrder: 'refused' })
      expect(strict).toMatchObject({ rule: 'order_unknown', remedy: expect.stringMatching(/allow_downgrade/) })
    }
  })

  it('is stale when a later receipt was recorded before it, whatever it may', () => {
    const late = { receivedAt: at(9) }
    expect(receive(other, late)).toMatchObject({ ok: false, rule: 'stale_receipt' })
    expect(receive(other, { ...late, order: 'older' }, { allowDowngrade: true, force: true })).toMatchObject({
      rule: 'stale_receipt',
    })
    expect(receive(other, { receivedAt: new Date(Number.NaN) })).toMatchObject({ rule: 'stale_receipt' })
    expect(receive(other, { receivedAt: slot.recordedAt })).toMatchObject({ outcome: 'accepted' })
  })

  it('refuses by the first rule, in the order that is published', () => {
    expect(receiveRules.slice(-4)).toEqual(['unchanged', 'older', 'order_unknown', 'stale_receipt'])
    expect(receive(good, { order: 'older', receivedAt: at(0) })).toMatchObject({ rule: 'unchanged' })
    expect(receive(other, { order: 'older', receivedAt: at(0) })).toMatchObject({ rule: 'older' })
  })

  it('does not look at the slot of an update that the manifest refuses', () => {
    const never = () => {
      throw new Error('looked')
    }
    expect(receiveUpdate({ ...good, sha: 'x' }, world, never, consent())).toMatchObject({ rule: 'sha' })
  })

  it('ends with the latest receipt in the slot, in whatever order the receipts of one component are worked off', () => {
    const valid = validateUpdate(good, world)
    if (!valid.ok) throw new Error('not valid')
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), (minutes) => {
        let recorded: Slot | null = null
        for (const minute of minutes) {
          const update = { ...valid.update, sha: commitOf(`m${minute}`) }
          const receipt = judgeUpdate(
            update,
            valid.deploy,
            facts({ slot: recorded, receivedAt: at(minute) }),
            consent(),
          )
          if (receipt.ok && receipt.outcome === 'accepted') recorded = applyUpdate(recorded, update, at(minute)).slot
        }
        expect((recorded as Slot | null)?.sha).toBe(commitOf(`m${Math.max(...minutes)}`))
      }),
    )
  })
})
