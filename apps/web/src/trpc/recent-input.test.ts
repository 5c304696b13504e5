import { expect, it } from 'vitest'
import { inputHeader } from './input-header.ts'
import { watchInput } from './recent-input.ts'

it('says that somebody is there for a minute after they have opened or used the page, not while it is only left open', () => {
  const page = new EventTarget()
  let now = 0
  const headers = watchInput(page, () => now)
  now = 59_999
  expect(headers()).toEqual({ [inputHeader]: 'recent' })
  now = 60_000
  expect(headers()).toEqual({})
  page.dispatchEvent(new Event('keydown'))
  now = 119_999
  expect(headers()).toEqual({ [inputHeader]: 'recent' })
  now = 120_000
  expect(headers()).toEqual({})
})
