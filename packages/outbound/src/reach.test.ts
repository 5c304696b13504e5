import { expect, test } from 'vitest'
import { outboundGuard } from './guard.ts'
import { readReach } from './reach.ts'

test.each([undefined, '', '  '])('%j lists nothing: only public addresses are reached', (text) => {
  expect(readReach(text)).toEqual([])
  expect(outboundGuard(readReach(text)).refusal(new URL('http://10.0.0.1'))).not.toBeNull()
  expect(outboundGuard(readReach(text)).refusal(new URL('http://1.1.1.1'))).toBeNull()
})

test('ranges and single addresses are listed, separated by commas', () => {
  const reach = readReach(' 10.0.0.0/8, fd00::/8 ,127.0.0.1')
  expect(reach).toEqual(['10.0.0.0/8', 'fd00::/8', '127.0.0.1'])
  const guard = outboundGuard(reach)
  expect(guard.refusal(new URL('http://10.1.2.3'))).toBeNull()
  expect(guard.refusal(new URL('http://[fd00::5]'))).toBeNull()
  expect(guard.refusal(new URL('http://127.0.0.1'))).toBeNull()
  expect(guard.refusal(new URL('http://127.0.0.3'))).not.toBeNull()
})

test.each([
  ['10.0.0.0/8,ten', '"ten" is not a range'],
  ['10.0.0.0/33', '"10.0.0.0/33" is not a range'],
  ['10.0.0/8', '"10.0.0/8" is not a range'],
  ['010.0.0.0/8', '"010.0.0.0/8" is not a range'],
  ['10.0.0.0/8 fd00::/8', 'is not a range'],
  ['[::1]', '"[::1]" is not a range'],
  ['fe80::1%eth0/64', 'is not a range'],
  ['10.0.0.0/8,', 'an entry is empty'],
  ['all', '"all" is not a range'],
  ['10.1.0.0/8', '"10.1.0.0/8" has bits set behind its prefix'],
  ['localhost', '"localhost" is not a range'],
])('%j is refused by the name of the variable and of what is wrong in it', (text, said) => {
  expect(() => readReach(text)).toThrow('ROLLCALL_OUTBOUND_PRIVATE: ')
  expect(() => readReach(text)).toThrow(said)
})

test('what is never reached stays out of reach inside a listed range', () => {
  for (const reach of [readReach('169.254.0.0/16,fd00::/8,fe80::/10'), readReach('0.0.0.0/0,::/0')]) {
    const guard = outboundGuard(reach)
    for (const host of [
      '169.254.169.254',
      '[fd00:ec2::254]',
      '[fe80::1]',
      '[::ffff:a9fe:a9fe]',
      '0.0.0.0',
      '224.0.0.1',
    ])
      expect([host, guard.refusal(new URL(`http://${host}`))]).not.toEqual([host, null])
  }
})
