import { describe, expect, it } from 'vitest'
import { knownRegistry } from './known.ts'
import { realmRefusal } from './realm.ts'

const ask = (realm: string, allowed: string[] = [], url = 'https://registry.example.com') =>
  realmRefusal(knownRegistry({ url }, ['registry.example.com']), { scheme: 'bearer', parameters: { realm } }, allowed)

describe('a realm', () => {
  it.each([
    ['https://registry.example.com/token'],
    ['https://registry.example.com:443/v2/token?account=x'],
    ['https://REGISTRY.example.com/token'],
  ])('on the registry itself is asked: %s', (realm) => expect(ask(realm)).toBeNull())

  it('on the registry itself is not asked over a weaker scheme, and may be over a stronger one', () => {
    expect(ask('http://registry.example.com/token')).toMatch(/not on the list/)
    expect(ask('https://registry.example.com/token', [], 'http://registry.example.com')).toBeNull()
    expect(ask('http://registry.example.com/token', [], 'http://registry.example.com')).toBeNull()
  })

  it.each([
    'https://auth.example.com/token',
    'https://registry.example.com:8443/token',
    'https://registry.example.com.evil.example/token',
    'https://evil.example/registry.example.com',
    'https://sub.registry.example.com/token',
  ])('elsewhere is not asked, and the sentence says what would allow it: %s', (realm) => {
    expect(ask(realm)).toContain('add it to the allowed realms')
    expect(ask(realm, [new URL(realm).origin])).toBeNull()
    expect(ask(realm, [new URL(realm).origin.replace('https:', 'http:')])).toMatch(/not on the list/)
  })

  it.each(['', 'nowhere', 'ftp://registry.example.com', 'https://u:p@registry.example.com/token'])(
    'that is none is not asked, whatever is listed: %j',
    (realm) => expect(ask(realm, ['https://registry.example.com', 'null'])).toMatch(/it sends us/),
  )
})
