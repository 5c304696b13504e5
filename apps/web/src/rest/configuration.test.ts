import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { machineRequest, testDeps } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
})
afterAll(() => world?.drop())

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const { deps } = testDeps({ store: world.store, clock: world.clock })
  const response = await handleRest(machineRequest(method, `/api/v1${path}`, body, headers), restTable, deps)
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as a machine would, without our types
  return { status: response.status, text, headers: response.headers, body: (isJson ? JSON.parse(text) : null) as any }
}

const file = `
components:
  - name: infra
external:
  - repo: acme/infra
    deploys:
      - name: infra
        on_update: { deploy: { workflow: deploy.yaml } }
      - name: docs
`

describe('the configuration over REST', () => {
  it('is read, compared, put in force and read again, as YAML for who asks for it', async () => {
    const first = await ask('GET', '/configuration')
    expect([first.status, first.body.importedAt]).toEqual([200, null])
    expect(first.body.yaml).toContain('name: production')

    const diff = await ask('POST', '/configuration/diff', { text: file })
    expect(diff.body.changes.map(({ path }: { path: string }) => path)).toEqual([
      'components.infra',
      'components.docs',
      'external.acme/infra',
    ])
    expect(diff.body.leftAlone.map(({ field }: { field: string }) => field)).toContain('environments.production')

    const dry = await ask('PUT', '/configuration', { text: file, dryRun: true })
    expect(dry.body).toMatchObject({ dryRun: true, changed: true, baseHash: first.body.hash })
    expect((await ask('GET', '/configuration')).body).toEqual(first.body)

    const put = await ask('PUT', '/configuration', { text: file, baseHash: first.body.hash })
    expect([put.status, put.body.changed]).toEqual([200, true])
    const again = await ask('PUT', '/configuration', { text: file })
    expect([again.status, again.body.changed]).toEqual([200, false])
    const stale = await ask('PUT', '/configuration', { text: '', baseHash: first.body.hash })
    expect([stale.status, stale.body.field]).toEqual([409, 'baseHash'])

    const yaml = await ask('GET', '/configuration', undefined, { accept: 'application/yaml' })
    expect(yaml.headers.get('content-type')).toBe('application/yaml; charset=utf-8')
    expect(yaml.text).toContain('repo: acme/infra')
    expect((await ask('GET', '/configuration')).body).toMatchObject({ yaml: yaml.text, hash: put.body.hash })
  })

  it('is refused with every problem, its rule, its line and what would help', async () => {
    const refused = await ask('PUT', '/configuration', { text: 'gates:\n  - name: a\nregistrys: []\n' })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({
      code: 'invalid',
      field: 'registrys',
      detail: 'registrys: unknown key; did you mean "registries"?',
      errors: [{ code: 'unknown_key', field: 'registrys', line: 3, remedy: 'Call it registries, or leave it out.' }],
    })
    const missing = await ask('PUT', '/configuration', {})
    expect([missing.status, missing.body.field]).toEqual([400, 'text'])
  })

  it('is described, and is where external deploys, workflows and the matrix come from', async () => {
    const schema = await ask('GET', '/configuration/schema')
    expect([schema.headers.get('content-type'), schema.body.title]).toEqual([
      'application/schema+json',
      'rollcall.yaml',
    ])
    expect((await ask('GET', '/external-deploys')).body).toEqual({
      items: [
        {
          deploy_name: 'infra',
          source_repo: 'acme/infra',
          ref: 'main',
          component: 'infra',
          on_update: { deploy: { workflow: 'deploy.yaml' } },
        },
        { deploy_name: 'docs', source_repo: 'acme/infra', ref: 'main', component: 'docs' },
      ],
      nextCursor: null,
    })
    const workflows = await ask('GET', '/configuration/workflows?forge=gitea')
    expect(workflows.body.items.map(({ kind, jobs }: { kind: string; jobs: string[] }) => [kind, jobs])).toEqual([
      ['receiver', ['Record update', 'Deploy infra']],
      ['publish', ['Tell Rollcall about the build']],
      ['notify', ['Tell Rollcall']],
      ['notify', ['Tell Rollcall']],
    ])
    expect(workflows.body.items[0].path).toBe('.gitea/workflows/external-update.yaml')
    const matrix = await ask('GET', '/components/matrix')
    expect(matrix.body.components.map(({ slug }: { slug: string }) => slug)).toEqual(['server', 'infra', 'docs'])
    expect(matrix.body.components[0].cells[0]).toMatchObject({ environment: 'production', observed: { tenants: 1 } })
  })
})
