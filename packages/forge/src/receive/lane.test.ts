import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf } from '../testing/index.ts'
import { admit, concurrencyGroup, type LaneEntry, laneOf } from './lane.ts'

const row = (id: string) => casesOf('receiver.lanes').find((one) => one.id === id)

describe('the lane of an external component', () => {
  it('queues a second update of the same component', () => {
    const { given, expect: expected } = row('same-component-queues') ?? {}
    expect(laneOf(given.incoming, 'dev')).toBe(laneOf(given.running, 'dev'))
    expect(admit('upd_1', [], { id: 'upd_2', order: 2 })).toEqual({ place: expected, superseded: [] })
  })

  it('is its own for each component and environment', () => {
    const lanes = ['infra', 'lambda'].flatMap((name) => ['dev', 'prod'].map((environment) => laneOf(name, environment)))
    expect(new Set(lanes).size).toBe(4)
  })

  it('keeps the component in the group that an operator names', () => {
    const { given, expect: expected } = row('override-keeps-component') ?? {}
    const group = concurrencyGroup(given.deploy_name, 'refs/heads/main', given.operator_group)
    for (const part of expected.lane_contains) expect(group).toContain(part)
    // What the field did before, one group for all, made the forge drop what waited for the others.
    expect(group).not.toBe(row('override-old-behaviour')?.expect.lane)
  })

  it('keeps only the newest of a burst waiting, and supersedes the others', () => {
    expect(admit('a', [{ id: 'b', order: 2 }], { id: 'c', order: 3 })).toEqual({ place: 'pending', superseded: ['b'] })
    expect(admit('a', [{ id: 'c', order: 3 }], { id: 'b', order: 2 })).toEqual({ place: 'superseded', by: 'c' })
    expect(admit(null, [], { id: 'a', order: 1 })).toEqual({ place: 'running', superseded: [] })
  })

  it('leaves the newest waiting in whatever order a burst arrives, and accounts for every other one', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 }), (orders) => {
        let waiting: LaneEntry[] = []
        const superseded = new Set<string>()
        for (const order of orders) {
          const incoming = { id: `u${order}`, order }
          const admission = admit('running', waiting, incoming)
          if (admission.place === 'superseded') superseded.add(incoming.id)
          else {
            for (const id of admission.superseded) superseded.add(id)
            waiting = [incoming]
          }
        }
        expect(waiting.map(({ order }) => order)).toEqual([Math.max(...orders)])
        expect(superseded.size).toBe(orders.length - 1)
      }),
    )
  })
})
