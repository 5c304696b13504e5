import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DoorError } from './faults.ts'
import { logCause } from './log-cause.ts'
import { problemResponse } from './problem.ts'

const written: { requestId: string; where: string; error: string }[] = []
beforeEach(() => {
  written.length = 0
  vi.spyOn(console, 'error').mockImplementation((line: string) => void written.push(JSON.parse(line)))
})
afterEach(() => vi.restoreAllMocks())

const broken = (code: string, message = `the driver says ${code}`) =>
  new Error('Invalid invocation', { cause: Object.assign(new Error(message), { code }) })

it('a database that is not there is told with its cause, once in a while for each cause', () => {
  logCause('r-1', 'GET /a', broken('ECONNREFUSED'), 1_000)
  logCause('r-2', 'GET /b', broken('ECONNREFUSED'), 5_999)
  logCause('r-3', 'GET /c', broken('28P01'), 5_999)
  logCause('r-4', 'GET /d', broken('ECONNREFUSED'), 6_000)
  expect(written.map(({ requestId, where }) => [requestId, where])).toEqual([
    ['r-1', 'GET /a'],
    ['r-3', 'GET /c'],
    ['r-4', 'GET /d'],
  ])
})

it.each(['42703', '42P01', 'P2021', '53300'])('an answer 503 because of %s leaves its cause in the log', (code) => {
  const response = problemResponse(broken(code), 'r-5', 'GET /e')
  expect(response.status).toBe(503)
  expect(written).toMatchObject([{ requestId: 'r-5', where: 'GET /e' }])
})

it('what nobody foresaw is told each time, what was refused on purpose never', () => {
  for (const id of ['r-6', 'r-7']) logCause(id, 'GET /f', new Error('odd'), 1)
  logCause('r-8', 'GET /g', new DoorError('unavailable', 'Not now.'), 1)
  logCause('r-9', 'GET /h', new DoorError('forbidden', 'No.'), 1)
  expect(written.map(({ requestId }) => requestId)).toEqual(['r-6', 'r-7'])
})
