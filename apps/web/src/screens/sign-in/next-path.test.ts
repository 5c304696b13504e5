import { expect, test } from 'vitest'
import { nextPath } from './next-path.ts'

const origin = 'http://127.0.0.1:3000'

test('a path of this house is followed, with its search and fragment', () => {
  expect(nextPath('/fleet?environment=staging#x', origin)).toBe('/fleet?environment=staging#x')
})
test.each([
  null,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example/x',
  '/..//evil.example/x',
  '/x/..//evil.example/x',
  '/%2e//evil.example/x',
  'javascript:alert(1)',
  '/sign-in?next=/',
  '/api/session',
])('%s leads to the overview instead', (next) => {
  expect(nextPath(next, origin)).toBe('/')
})
test('a tab or newline that a browser would drop cannot make another host of it', () => {
  expect(nextPath('/\t/evil.example', origin)).not.toContain('evil.example/')
  expect(new URL(nextPath('/\t/evil.example', origin), origin).origin).toBe(origin)
})
