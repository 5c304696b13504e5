import { expect, it } from 'vitest'
import { attemptLimit, clientOf } from './attempts.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000)

it('counts each client for itself', () => {
  const limit = attemptLimit()
  for (let i = 0; i < 10; i++) limit.failed('a', at(i))
  expect(limit.waitSeconds('a', at(10))).toBe(50)
  expect(limit.waitSeconds('b', at(10))).toBe(0)
})

it('makes everybody wait when a hundred tries failed under ever new names', () => {
  const limit = attemptLimit()
  for (let i = 0; i < 100; i++) limit.failed(`client-${i}`, at(0))
  expect(limit.waitSeconds('someone-new', at(1))).toBe(59)
  expect(limit.waitSeconds('someone-new', at(61))).toBe(0)
})

it('forgets a client’s failures once it succeeded', () => {
  const limit = attemptLimit()
  for (let i = 0; i < 9; i++) limit.failed('a', at(0))
  limit.succeeded('a')
  limit.failed('a', at(1))
  expect(limit.waitSeconds('a', at(2))).toBe(0)
})

it('takes the address that the nearest hop reported, not what the client claims before it', () => {
  expect(clientOf(new Headers({ 'x-forwarded-for': '1.2.3.4, 10.0.0.7' }))).toBe('10.0.0.7')
  expect(clientOf(new Headers())).toBe('unknown')
})
