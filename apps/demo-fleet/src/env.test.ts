import { expect, it } from 'vitest'
import { readConfig } from './env.ts'

const sha = 'a'.repeat(40)
const base = { ROLLCALL_DEMO_TOKEN: 'a-token-for-this-test' }

it('needs nothing but a token', () => {
  expect(readConfig(base)).toMatchObject({
    host: '127.0.0.1',
    port: 4901,
    environments: [],
    timing: { stallSeconds: 90 },
  })
})

it('reads fleets with and without builds, and light ones', () => {
  const fleets = JSON.stringify({ staging: ['acme', { slug: 'b', sha }], big: { light: true, tenants: ['x'] } })
  const { environments } = readConfig({
    ...base,
    ROLLCALL_DEMO_FLEETS: fleets,
    ROLLCALL_DEMO_LIGHT: `load:3, soak:2@${sha}`,
  })
  const names = ['t-00001', 't-00002', 't-00003']
  expect(environments).toEqual([
    {
      name: 'staging',
      light: false,
      tenants: [
        { slug: 'acme', sha: null },
        { slug: 'b', sha },
      ],
    },
    { name: 'big', light: true, tenants: [{ slug: 'x', sha: null }] },
    { name: 'load', light: true, tenants: names.map((slug) => ({ slug, sha: null })) },
    { name: 'soak', light: true, tenants: names.slice(0, 2).map((slug) => ({ slug, sha })) },
  ])
})

it.each([
  ['no token', { ROLLCALL_DEMO_TOKEN: undefined }, /ROLLCALL_DEMO_TOKEN/],
  ['a token that no header can carry', { ROLLCALL_DEMO_TOKEN: 'eight eight' }, /ROLLCALL_DEMO_TOKEN/],
  ['a port that is none', { ROLLCALL_DEMO_PORT: '70000' }, /ROLLCALL_DEMO_PORT/],
  [
    'a fleet that is neither JSON nor a file',
    { ROLLCALL_DEMO_FLEETS: 'nowhere.json' },
    /ROLLCALL_DEMO_FLEETS: neither/,
  ],
  ['broken JSON', { ROLLCALL_DEMO_FLEETS: '{"a"' }, /ROLLCALL_DEMO_FLEETS: neither/],
  ['a slug that is none', { ROLLCALL_DEMO_FLEETS: '{"staging":["A B"]}' }, /ROLLCALL_DEMO_FLEETS staging/],
  ['a slug twice', { ROLLCALL_DEMO_FLEETS: '{"staging":["a","a"]}' }, /twice/],
  [
    'an environment twice',
    { ROLLCALL_DEMO_FLEETS: '{"staging":["a"]}', ROLLCALL_DEMO_LIGHT: 'staging:2' },
    /staging.*twice/,
  ],
  ['an environment with a name of ours', { ROLLCALL_DEMO_FLEETS: '{"admin":["a"]}' }, /admin/],
  ['a light fleet that is none', { ROLLCALL_DEMO_LIGHT: 'staging' }, /ROLLCALL_DEMO_LIGHT/],
])('refuses %s in one line that names the variable', (_, change, why) => {
  expect(() => readConfig({ ...base, ...change })).toThrow(why)
})
