import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PromoteWorld, startPromoteWorld } from '../testing/promote-world.ts'
import { openRegistries } from './registries.ts'
import { watchTags } from './watch.ts'

const [user, password] = ['ROLLCALL_REGISTRY_HUB_USER', 'ROLLCALL_REGISTRY_HUB_PASSWORD']
const hub = {
  name: 'hub',
  url: 'https://registry.example.com',
  usernameEnv: user as string | null,
  passwordEnv: password as string | null,
  realms: [],
}
const known: Record<string, string> = { [user]: 'robot', [password]: 'a-pass:word' }

describe('the door to a registry', () => {
  const doorTo = async (config: Partial<typeof hub>, secrets: Record<string, string> = {}) => {
    const registries = openRegistries(async (name) => ({ value: { ...known, ...secrets }[name] ?? '' }))
    const door = await registries.doorTo({ ...hub, ...config })
    await registries.close()
    return 'refusal' in door ? door.refusal : door.registry
  }

  it('is open with an address and credentials that a request can be made with', async () => {
    const credentials = { username: 'robot', password: 'a-pass:word' }
    expect(await doorTo({})).toEqual({ url: hub.url, credentials })
    expect(await doorTo({ url: 'http://127.0.0.1:5000', usernameEnv: null, passwordEnv: null })).toEqual({
      url: 'http://127.0.0.1:5000',
    })
  })

  it.each([
    ['plain http', { url: 'http://registry.lan:5000' }, {}, 'registry.lan:5000 is not listed for plain http'],
    [
      'plain http without credentials',
      { url: 'http://registry.lan', usernameEnv: null, passwordEnv: null },
      {},
      'http',
    ],
    ['a colon in the user name', {}, { [user]: 'robot:1' }, 'the user name for the registry is empty or holds a colon'],
    ['a line end in the password', {}, { [password]: 'secret\n' }, 'the password for the registry'],
    ['a realm that is none', { realms: ['nowhere'] as never }, {}, 'an allowed realm is not a URL'],
  ])('is shut in words for %s, before anything is asked', async (_, config, secrets, why) => {
    const refusal = await doorTo(config, secrets)
    expect(refusal).toMatch(/^The registry hub cannot be asked: /)
    expect(refusal).toContain(why)
    expect(refusal).not.toMatch(/robot|secret/)
  })
})

describe('a registry that was configured before its address was looked at', () => {
  let place: PromoteWorld
  beforeAll(async () => {
    place = await startPromoteWorld()
  })
  afterAll(() => place.close())

  it('refuses a promotion, which lets go of its set, and a look at the tags says why', async () => {
    const set = await place.set()
    const registries = [{ ...hub, name: 'fake', url: 'http://registry.lan:5000', usernameEnv: null, passwordEnv: null }]
    await place.configure({ registries })
    const refused = await place.drive((await set.open(1)).id)
    expect(refused).toMatchObject({ state: 'undone', settled: true })
    expect(JSON.stringify(refused)).toContain('registry.lan:5000 is not listed for plain http')
    await watchTags(place.deps(), set.name)
    const watched = await place.world.store.db.watchedTag.findMany({ where: { imageSet: set.name } })
    expect(watched.map(({ failure }) => failure)).toEqual(
      set.images.map(() => expect.stringContaining('is not listed for plain http')),
    )
    // the set is free
    expect(await set.open(1)).toMatchObject({ state: 'planned' })
  })
})
