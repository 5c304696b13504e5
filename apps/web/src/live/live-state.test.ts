import { expect, test } from 'vitest'
import { type LiveFacts, liveState, oldDataMs } from './live-state.ts'

const now = 1_000_000
const well: LiveFacts = {
  now,
  stream: 'open',
  answeredAt: now - 2_000,
  failing: false,
  workerSeenAt: now - 3_000,
  workerSilent: false,
  sweptAt: now - 12_000,
}

test('when all is well it says when the fleet was swept', () => {
  expect(liveState(well)).toMatchObject({ kind: 'live', text: 'live · swept 12 s ago' })
})
test('a fleet that was never swept is not said to be', () => {
  expect(liveState({ ...well, sweptAt: null }).text).toBe('live · never swept')
})
test('a broken stream says so and how old the data is', () => {
  expect(liveState({ ...well, stream: 'connecting' }).text).toBe('reconnecting · data 2 s old')
})
test('a silent worker outranks a broken stream', () => {
  const state = liveState({ ...well, stream: 'connecting', workerSilent: true, workerSeenAt: now - 240_000 })
  expect(state.text).toBe('worker silent since 4 min')
})
test('old data outranks everything that it says', () => {
  const state = liveState({ ...well, answeredAt: now - 43_000, workerSilent: true })
  expect(state).toMatchObject({ kind: 'stale_data', text: 'data is 43 s old', tone: 'bad' })
})
test('an open stream does not make old data live', () => {
  expect(liveState({ ...well, answeredAt: now - oldDataMs - 1 }).kind).toBe('stale_data')
})
test('before the first answer nothing is claimed', () => {
  expect(liveState({ ...well, answeredAt: null, failing: true })).toMatchObject({ text: 'no answer yet', tone: 'bad' })
  expect(liveState({ ...well, answeredAt: null }).kind).toBe('asking')
})
