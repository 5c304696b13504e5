import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Told } from './told.tsx'

const html = (text: string) => renderToStaticMarkup(<Told text={text} />)

test('a commit in a sentence is set as a commit', () => {
  expect(html('9 of 10 tenants run 9c2e2b6.')).toBe('9 of 10 tenants run <span class="mono">9c2e2b6</span>.')
})
test('a number and a word of seven letters are not commits', () => {
  expect(html('1234567 tenants are defaced')).toBe('1234567 tenants are defaced')
})
test('two commits in one sentence are both found', () => {
  expect(html('Runs a1f49d2 instead of 9c2e2b6.').match(/mono/g)).toHaveLength(2)
})
