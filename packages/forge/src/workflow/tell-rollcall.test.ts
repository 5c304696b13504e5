import { afterEach, describe, expect, it } from 'vitest'
import { commitOf, manifestOf, runStep, serve, type TestServer } from '../testing/index.ts'
import { notifyStep } from './notify.ts'
import { buildScript, updateScript } from './tell-rollcall.ts'
import { readYaml } from './text.ts'

const token = 'planted-T0ken-9f8e7d6c5b4a'
const open: TestServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

type Answer = [status: number, body: unknown]
/** A Rollcall that gives these answers in turn, and the last one from then on. */
async function rollcall(...answers: Answer[]): Promise<TestServer> {
  let next = 0
  const server = await serve((_, response) => {
    const [status, body] = answers[Math.min(next++, answers.length - 1)] as Answer
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  open.push(server)
  return server
}
const recorded: Answer[] = [
  [202, { id: 'upd_1', state: 'received' }],
  [200, { id: 'upd_1', state: 'recorded', record: { sha: 'x' } }],
]
const env = (url: string, more: Record<string, string> = {}) => ({
  ROLLCALL_URL: url,
  ROLLCALL_TOKEN: token,
  ROLLCALL_RETRY_MS: '5',
  SOURCE_REPO: 'org/infra',
  DEPLOY_NAME: 'infra',
  ENVIRONMENT: 'dev',
  SHA: commitOf('s1'),
  RUN_ID: '77',
  ...more,
})

describe('the step that reports an update', () => {
  it('asks once, waits until it is recorded, and shows no token', async () => {
    const server = await rollcall(
      recorded[0] as Answer,
      [200, { id: 'upd_1', state: 'received' }],
      recorded[1] as Answer,
    )
    const { code, output } = await runStep(updateScript, env(`${server.url}/`, { DEPLOYS: 'in-this-run' }))
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('upd_1') })
    expect(output).not.toContain(token)
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/external-updates',
      'GET /api/v1/external-updates/upd_1',
      'GET /api/v1/external-updates/upd_1',
    ])
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-rollcall-deploys': 'in-this-run',
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      source_repo: 'org/infra',
      deploy_name: 'infra',
      environment: 'dev',
      sha: commitOf('s1'),
      run_id: '77',
    })
  })

  it('hands over whatever it is given, unchanged and without running any of it', async () => {
    const nasty = {
      SOURCE_REPO: `"; touch /tmp/x; echo "`,
      DEPLOY_NAME: '$(id) `id` $HOME',
      ENVIRONMENT: `'\nROLLCALL\nexit 0\n`,
      SHA: `\${{ secrets.ROLLCALL_TOKEN }}`,
      VERSION: '\\n\\" %s ::add-mask::x',
      ARTIFACTS: JSON.stringify({ "a'b": '$(id)', 'c"d': '`id`', e: 'line\nline', f: `\${{ secrets.X }}` }),
    }
    const server = await rollcall(...recorded)
    expect(await runStep(updateScript, env(server.url, nasty))).toMatchObject({ code: 0 })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      source_repo: nasty.SOURCE_REPO,
      deploy_name: nasty.DEPLOY_NAME,
      environment: nasty.ENVIRONMENT,
      sha: nasty.SHA,
      version: nasty.VERSION,
      artifacts: nasty.ARTIFACTS,
      run_id: '77',
    })
  })

  it('fails when it is refused, in the words of Rollcall, of which none can act as a command', async () => {
    const server = await rollcall([422, { rule: 'source_repo', message: 'no\n::error::planted' }])
    const { code, output } = await runStep(updateScript, env(server.url))
    expect(code).toBe(1)
    expect(output).toContain('Rollcall refused: 422')
    expect(output).not.toMatch(/^::/m)
    expect(server.requests).toHaveLength(1)
  })

  it.each(['refused', 'superseded', 'failed'])(
    'fails when the update ends %s, so that nothing is deployed',
    async (state) => {
      const server = await rollcall([202, { id: 'upd_1' }], [200, { id: 'upd_1', state, record: null }])
      expect(await runStep(updateScript, env(server.url))).toMatchObject({
        code: 1,
        output: expect.stringContaining(`the update is ${state}`),
      })
    },
  )

  it('fails when nobody can say that it was recorded', async () => {
    const server = await rollcall([202, { id: 'upd_1' }], [200, { id: 'upd_1', state: 'received' }])
    const { code, output } = await runStep(updateScript, env(server.url, { ROLLCALL_RETRY_MS: '1' }))
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('Not known to be recorded') })
    expect(server.requests).toHaveLength(61)
  })

  it('tries again after trouble on the way, and gives up in the end', async () => {
    const server = await rollcall([503, 'busy'], [502, '<html>'], ...recorded)
    expect(await runStep(updateScript, env(server.url))).toMatchObject({ code: 0 })
    const down = await rollcall([503, 'busy'])
    expect(await runStep(updateScript, env(down.url))).toMatchObject({
      code: 1,
      output: expect.stringContaining('could not be asked'),
    })
    expect(down.requests).toHaveLength(5)
  })

  it('follows no redirect with its token', async () => {
    const elsewhere = await rollcall(...recorded)
    const server = await serve((_, response) => {
      response.writeHead(307, { location: elsewhere.url })
      response.end()
    })
    open.push(server)
    expect(await runStep(updateScript, env(server.url))).toMatchObject({ code: 1 })
    expect(elsewhere.requests).toHaveLength(0)
  })

  it.each(['ROLLCALL_URL', 'ROLLCALL_TOKEN'])('says what to do when %s is missing', async (name) => {
    const { code, output } = await runStep(updateScript, env('http://127.0.0.1:9', { [name]: '' }))
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining(`${name} is not set`) })
  })

  it('is the same for a satellite, with what it reports filled in', async () => {
    const manifest = manifestOf({ notify: { deploy_name: 'infra' }, environments: ['dev'] })
    const [step] = readYaml(notifyStep(manifest)) as [{ run: string; env: Record<string, string> }]
    const server = await rollcall(...recorded)
    const filled = { ...step.env, ROLLCALL_URL: server.url, ROLLCALL_TOKEN: token, ROLLCALL_RETRY_MS: '5' }
    const facts = { SOURCE_REPO: 'org/infra', SHA: commitOf('s1'), RUN_ID: '9', VERSION: '', ARTIFACTS: '' }
    expect(await runStep(step.run, { ...filled, ...facts })).toMatchObject({ code: 0 })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ deploy_name: 'infra', environment: 'dev' })
    expect(server.requests[0]?.headers).not.toHaveProperty('x-rollcall-deploys')
  })
})

describe('the step that publishes a build', () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const build = {
    COMPONENT: 'server',
    SHA: commitOf('s1'),
    BRANCH: 'main',
    TAG_PREFIX: 'staging-',
    IMAGE_0: 'registry.example.com/acme/server',
    DIGEST_0: digest,
  }

  it('names the commit, its tag and the digests that were pushed', async () => {
    const server = await rollcall([201, { id: 'bld_1' }])
    const { code } = await runStep(
      buildScript,
      env(server.url, { ...build, COMMITTED_AT: '2026-01-15T11:00:00+01:00' }),
    )
    expect(code).toBe(0)
    expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/api/v1/builds' })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      component: 'server',
      sha: commitOf('s1'),
      branch: 'main',
      tag: `staging-${commitOf('s1').slice(0, 7)}`,
      images: { 'registry.example.com/acme/server': digest },
      committedAt: '2026-01-15T10:00:00.000Z',
    })
  })

  it('leaves out what it does not know, but not a digest', async () => {
    const server = await rollcall([200, { id: 'bld_1' }])
    const bare = { ...build, IMAGE_0: '', DIGEST_0: '', COMMITTED_AT: '' }
    expect(await runStep(buildScript, env(server.url, bare))).toMatchObject({ code: 0 })
    expect(Object.keys(JSON.parse(server.requests[0]?.body ?? ''))).toEqual(['component', 'sha', 'branch', 'tag'])
    expect(await runStep(buildScript, env(server.url, { ...build, DIGEST_0: '' }))).toMatchObject({
      code: 1,
      output: expect.stringContaining('No digest for'),
    })
    expect(server.requests).toHaveLength(1)
  })
})
