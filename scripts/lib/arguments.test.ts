import { expect, test } from 'vitest'
import { readArguments } from './arguments.mjs'

const read = (...argv: string[]) => readArguments(argv, { port: 'N', fresh: true }, 'Usage: …')

test('flags are read with and without an equals sign', () => {
  expect(read('--port', '3100', '--fresh')).toEqual({ port: '3100', fresh: true })
  expect(read('--port=3100')).toEqual({ port: '3100' })
  expect(read()).toEqual({})
})

test.each([
  ['an unknown flag', ['--frehs'], 'Unknown option: --frehs'],
  ['a word without dashes', ['fresh'], 'Unknown option: fresh'],
  ['the name of an inherited property', ['--constructor'], 'Unknown option: --constructor'],
  ['a flag without its value', ['--port'], '--port needs a value: --port N'],
  ['an empty value', ['--port='], '--port needs a value: --port N'],
  ['a value that no one asked for', ['--fresh=yes'], '--fresh takes no value'],
])('%s is refused together with the usage, exit code 2', (_, argv, words) => {
  expect(() => read(...argv)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringMatching(new RegExp(`^${words}(.|\\n)*Usage: …$`)) }),
  )
})
