import { describe, expect, it } from 'vitest'
import { Pace, type Ticket, type Turn } from './pace.ts'
import { retryAfterMs } from './retry-after.ts'

function world(limit: number) {
  const clock = { ms: 1000 }
  const waits: number[] = []
  const pace = new Pace({
    limit,
    now: () => clock.ms,
    wait: async (ms) => {
      waits.push(ms)
      clock.ms += ms
    },
  })
  return { clock, waits, pace }
}
const patient = () => ({ leftMs: 10_000 })
const ticketOf = (turn: Turn): Ticket => {
  if (typeof turn === 'string' || !('ticket' in turn)) throw new Error('no ticket')
  return turn.ticket
}

describe('the pace of one host', () => {
  it('lets as many go at once as it may, and the others in their order', async () => {
    const { pace } = world(2)
    const order: number[] = []
    const turns = [1, 2, 3, 4].map(async (number) => {
      const ticket = ticketOf(await pace.enter(patient(), undefined))
      order.push(number)
      return ticket
    })
    const first = await (turns[0] as Promise<Ticket>)
    await turns[1]
    expect(order).toEqual([1, 2])
    first.leave(null)
    const third = await (turns[2] as Promise<Ticket>)
    expect(order).toEqual([1, 2, 3])
    third.leave(null)
    await turns[3]
    expect(order).toEqual([1, 2, 3, 4])
  })

  it('makes everybody wait for a pause, not only the one who was told', async () => {
    const { pace, waits } = world(4)
    ticketOf(await pace.enter(patient(), undefined)).leave(3000)
    const patience = patient()
    ticketOf(await pace.enter(patience, undefined)).leave(null)
    expect(waits).toEqual([3000])
    expect(patience.leftMs).toBe(7000)
  })

  it('says how long the pause is when it is longer than the patience', async () => {
    const { pace, waits } = world(4)
    ticketOf(await pace.enter(patient(), undefined)).leave(60_000)
    expect(await pace.enter(patient(), undefined)).toEqual({ pauseMs: 60_000 })
    expect(waits).toEqual([])
  })

  it('tells when it is open again, without a turn, and not later than the patience lasts', async () => {
    const { pace, waits } = world(1)
    const ticket = ticketOf(await pace.enter(patient(), undefined))
    await pace.opened(patient(), undefined)
    ticket.leave(3000)
    const patience = patient()
    await pace.opened(patience, undefined)
    expect([waits, patience.leftMs]).toEqual([[3000], 7000])
    ticketOf(await pace.enter(patient(), undefined)).leave(60_000)
    await pace.opened(patient(), undefined)
    expect(waits).toEqual([3000])
  })

  it('halves what goes at once, once for all that were told together, and comes back with each that goes well', async () => {
    const { pace } = world(8)
    const underWay: Ticket[] = []
    for (let n = 0; n < 100; n += 1) void pace.enter(patient(), undefined).then((turn) => underWay.push(ticketOf(turn)))
    const leave = async (pauseMs: number | null) => {
      for (const ticket of underWay.splice(0)) ticket.leave(pauseMs)
      await new Promise((resolve) => setImmediate(resolve))
      return underWay.length
    }
    await leave(null)
    expect(underWay).toHaveLength(8)
    expect(await leave(100)).toBe(4)
    expect([await leave(null), await leave(null), await leave(null), await leave(null)]).toEqual([4, 5, 6, 7])
    expect(await leave(null)).toBe(8)
    expect(await leave(null)).toBe(8)
  })

  it('is left by who gives up in the line, without taking a turn away', async () => {
    const { pace } = world(1)
    const first = ticketOf(await pace.enter(patient(), undefined))
    const abort = new AbortController()
    const second = pace.enter(patient(), abort.signal)
    const third = pace.enter(patient(), undefined)
    abort.abort()
    expect(await second).toBe('aborted')
    first.leave(null)
    ticketOf(await third).leave(null)
    expect(await pace.enter(patient(), AbortSignal.abort())).toBe('aborted')
  })
})

describe('a Retry-After header', () => {
  const now = new Date('2026-05-05T10:00:00Z')
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['1.5', 1500],
    ['Tue, 05 May 2026 10:00:30 GMT', 30_000],
    ['Tue, 05 May 2026 09:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['', null],
    [undefined, null],
  ])('of %j is read', (header, expected) => expect(retryAfterMs(header, now)).toBe(expected))
})
