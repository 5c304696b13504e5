import { expect, test } from 'vitest'
import { judgePort } from './ports.ts'

test.each([80, 443, 1024, 3000, 4901, 5000, 8080, 8443, 65_535])('port %d is asked', (port) =>
  expect(judgePort(port)).toBeNull(),
)

test.each([0, 1, 7, 9, 21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 636, 993, 1023, 1723, 2049, 4190, 5060, 6000])(
  'port %d is not asked',
  (port) => expect(judgePort(port)).toMatch(`port ${port} is not asked`),
)

test.each([6379, 6566, 6667, 6697, 10_080, 11_211, 65_536, -1, Number.NaN])('nor is %d', (port) =>
  expect(judgePort(port)).not.toBeNull(),
)
