import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { externalDeploysOf } from '../manifest/manifest.ts'
import { parseManifest } from '../manifest/parse.ts'
import { casesOf, fieldManifest, manifestOf } from '../testing/index.ts'
import { type ReceiverOptions, receiverWorkflow } from './receiver.ts'
import { type ReceiverWorkflow, receiverSchema } from './schema.ts'
import { updateScript } from './tell-rollcall.ts'
import { readYaml } from './text.ts'

const deploy = (name: string, workflow: string | null = null, more: object = {}) => ({
  name,
  ...(workflow === null ? {} : { on_update: { deploy: { workflow, ...more } } }),
})
const manifestWith = (...deploys: object[]) => manifestOf({ external: [{ repo: 'org/infra', ref: 'v2', deploys }] })
const parsed = (manifest: Parameters<typeof receiverWorkflow>[0], options: ReceiverOptions = {}): ReceiverWorkflow =>
  receiverSchema.parse(readYaml(receiverWorkflow(manifest, options).text))
const crossRepo = 'org/infra/.github/workflows/deploy.yaml'

describe('the receiver workflow', () => {
  it('is dispatched with text inputs and records in one job', () => {
    const workflow = parsed(manifestOf(fieldManifest))
    expect(Object.keys(workflow.jobs)).toEqual(['update'])
    const { inputs } = workflow.on.workflow_dispatch
    const required = Object.entries(inputs).map(([name, input]) => [name, input.required])
    expect(required).toEqual([
      ['source_repo', true],
      ['deploy_name', true],
      ['environment', true],
      ['sha', true],
      ['version', false],
      ['artifacts', false],
    ])
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(workflow['run-name']).toContain('inputs.deploy_name')
    expect(workflow['run-name']).toContain('inputs.sha')
  })

  it('takes every input through the environment, and its script is one constant text', () => {
    const { steps } = parsed(manifestWith(deploy('infra', crossRepo))).jobs.update
    const [step] = steps
    expect(steps).toHaveLength(1)
    expect(step?.run).toBe(updateScript)
    expect(step?.env).toMatchObject({
      SOURCE_REPO: `\${{ inputs.source_repo }}`,
      DEPLOY_NAME: `\${{ inputs.deploy_name }}`,
      ENVIRONMENT: `\${{ inputs.environment }}`,
      SHA: `\${{ inputs.sha }}`,
      VERSION: `\${{ inputs.version }}`,
      ARTIFACTS: `\${{ inputs.artifacts }}`,
      RUN_ID: `\${{ github.run_id }}`,
    })
  })

  it('has a lane for each component and ref, which is never cut off', () => {
    const component = `\${{ inputs.deploy_name }}-\${{ github.ref }}`
    expect(parsed(manifestOf(fieldManifest)).concurrency).toEqual({
      group: `rollcall-external-${component}`,
      'cancel-in-progress': false,
    })
    const { group } = parsed(manifestOf(fieldManifest), { group: 'mine' }).concurrency
    expect(group).toBe(`mine-rollcall-external-${component}`)
  })

  it('has one deploy job for each opted-in deploy, in the order of the configuration', () => {
    const manifest = manifestOf({
      external: [
        { repo: 'org/zeta', deploys: [deploy('zeta', 'zeta.yaml'), deploy('plain')] },
        { repo: 'org/infra', ref: 'v2', deploys: [deploy('infra', crossRepo), deploy('alpha', `${crossRepo}@v1.0.0`)] },
      ],
    })
    const { update: _, ...jobs } = parsed(manifest).jobs
    expect(Object.keys(jobs)).toEqual(['deploy_zeta', 'deploy_infra', 'deploy_alpha'])
    expect(jobs.deploy_infra).toEqual({
      name: 'Deploy infra',
      needs: 'update',
      if: "needs.update.result == 'success' && inputs.deploy_name == 'infra'",
      uses: `${crossRepo}@v2`,
      with: {
        environment: `\${{ inputs.environment }}`,
        sha: `\${{ inputs.sha }}`,
        version: `\${{ inputs.version }}`,
        deploy_name: `\${{ inputs.deploy_name }}`,
      },
      secrets: 'inherit',
    })
    expect(jobs.deploy_zeta).toMatchObject({ uses: './.github/workflows/zeta.yaml' })
    expect(jobs.deploy_alpha).toMatchObject({ uses: `${crossRepo}@v1.0.0` })
  })

  it('gives a deploy the permissions that it asks for, and no other job any more', () => {
    const { jobs, permissions } = parsed(
      manifestWith(deploy('infra', 'a.yaml', { permissions: { 'id-token': 'write' } }), deploy('b', 'b.yaml')),
    )
    expect(jobs.deploy_infra).toMatchObject({ permissions: { 'id-token': 'write' } })
    expect(jobs.deploy_b).not.toHaveProperty('permissions')
    expect(permissions).toEqual({ contents: 'read' })
  })

  it('has no job for a deploy that a control plane makes', () => {
    const through = { name: 'infra', on_update: { deploy: { through: 'control_plane' } } }
    expect(receiverWorkflow(manifestWith(through)).text).toBe(receiverWorkflow(manifestWith(deploy('infra'))).text)
  })

  it('is the same bytes when nothing opts in, however that is written, and every other one begins with them', () => {
    const recordOnly = receiverWorkflow(manifestWith(deploy('infra'))).text
    const waysToSayNo = [{ name: 'infra', on_update: {} }, { name: 'infra', on_update: null }, deploy('other')]
    for (const way of waysToSayNo) expect(receiverWorkflow(manifestWith(way)).text).toBe(recordOnly)
    expect(receiverWorkflow(manifestOf(fieldManifest)).text).toBe(recordOnly)
    const optedIn = receiverWorkflow(manifestWith(deploy('infra', crossRepo))).text
    expect(optedIn.startsWith(recordOnly)).toBe(true)
    expect(optedIn).not.toBe(recordOnly)
  })

  it('speaks to Gitea from its own folder', () => {
    const manifest = manifestWith(deploy('infra', 'deploy.yaml'))
    expect(receiverWorkflow(manifest, { forge: 'gitea' }).path).toBe('.gitea/workflows/external-update.yaml')
    expect(receiverWorkflow(manifest).path).toBe('.github/workflows/external-update.yaml')
    expect(parsed(manifest, { forge: 'gitea' }).jobs.deploy_infra).toMatchObject({
      uses: './.gitea/workflows/deploy.yaml',
    })
  })

  it('is only for a primary, as the field says', () => {
    const [row] = casesOf('role').filter(({ id }) => id === 'receiver-needs-primary')
    const said = String(row?.expect.generate).replace('error: ', '')
    expect(() => receiverWorkflow(manifestOf({}))).toThrow(said)
    expect(() => receiverWorkflow(manifestOf({ notify: {} }))).toThrow(TypeError)
  })

  it.each(['a b', "a'b", 'a"b', '$(id)', '`id`', 'a\nb', `\${{ secrets.X }}`, '', '-a'])(
    'takes no option like %j into its text',
    (nasty) => {
      const manifest = manifestOf(fieldManifest)
      for (const option of ['group', 'runsOn', 'source'] as const) {
        expect(() => receiverWorkflow(manifest, { [option]: nasty }), option).toThrow(TypeError)
      }
    },
  )
})

describe('which deploys run', () => {
  /** What the forge makes of a deploy job's condition. It compares text without regard to case. */
  const runs = (condition: string, result: string, dispatched: string): boolean => {
    const match = /^needs\.update\.result == '(\w+)' && inputs\.deploy_name == '([\w-]+)'$/.exec(condition)
    if (match === null) throw new Error(`another condition: ${condition}`)
    return match[1] === result && match[2]?.toLowerCase() === dispatched.toLowerCase()
  }
  const conditionsOf = (...deploys: object[]) => {
    const { update: _, ...jobs } = parsed(manifestWith(...deploys)).jobs
    return Object.values(jobs).map((job) => (job as { if: string }).if)
  }
  const rows = casesOf('receiver.deploy-gate').filter(({ given }) => given.job !== undefined && given.dispatched)

  it.each(rows)('follows the field: $id', ({ given, expect: expected }) => {
    if (given.job === null) {
      expect(conditionsOf(deploy(given.dispatched))).toHaveLength(expected.jobs)
      return
    }
    const [condition] = conditionsOf(deploy(given.job, 'a.yaml'))
    expect(runs(condition ?? '', given.update, given.dispatched)).toBe(expected)
  })

  it('is at most one in a run, whatever names a manifest may hold together', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/)
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), fc.nat(), (names, pick) => {
        const reading = parseManifest({
          external: [{ repo: 'org/infra', deploys: names.map((one) => deploy(one, 'a.yaml')) }],
        })
        if (!reading.ok) return
        const { update: _, ...jobs } = parsed(reading.manifest).jobs
        const dispatched = names[pick % names.length] as string
        const started = Object.values(jobs).filter((job) => runs((job as { if: string }).if, 'success', dispatched))
        expect(started).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  })
})

describe('any manifest that is accepted', () => {
  const good = { weight: 12, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/) }
  const odd = (...texts: string[]) => ({ weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom(...texts)) })
  const name = fc.oneof(good, odd('null', 'true', 'on', '1e3', 'y', '-', '__proto__', "a'b", '$(id)', 'a\nb'))
  const repo = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('org/infra', 'org/lambda') }, odd('o/$(id)', 'o/`r`'))
  const ref = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('main', 'v1', 'feature/x') }, odd('$(id)', '@', "'"))
  const paths = ['deploy.yaml', '.github/workflows/a.yml', crossRepo, `${crossRepo}@v1`, `${crossRepo}@feature/x`]
  const path = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...paths) },
    odd('a.yaml"', "a'.yaml", '$(id).yaml', '`id`.yaml', 'a\n.yaml', `\${{ secrets.X }}.yaml`, `${crossRepo}@$(id)`),
  )
  const manifests = fc.array(
    fc.record({
      repo,
      ref: fc.option(ref, { nil: undefined }),
      deploys: fc.array(
        fc.tuple(name, fc.option(path)).map(([one, workflow]) => deploy(one, workflow)),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )

  it('gives the same bytes twice, in the known shape, with its names as data and never in a script', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(manifests, (external) => {
        const reading = parseManifest({ external })
        if (!reading.ok) {
          refused += 1
          return
        }
        accepted += 1
        const { text } = receiverWorkflow(reading.manifest)
        expect(receiverWorkflow(structuredClone(reading.manifest)).text).toBe(text)
        const { update, ...jobs } = receiverSchema.parse(readYaml(text)).jobs
        expect(update.steps.map(({ run }) => run)).toEqual([updateScript])
        const optedIn = externalDeploysOf(reading.manifest).filter(({ onUpdate }) => onUpdate !== null)
        expect(Object.keys(jobs)).toEqual(optedIn.map(({ name }) => `deploy_${name}`))
        for (const job of Object.values(jobs)) expect(JSON.stringify(job)).not.toMatch(/\$\(|`|secrets\./)
      }),
      { numRuns: 120 },
    )
    // neither all refused nor all harmless
    expect(Math.min(accepted, refused)).toBeGreaterThan(10)
  })
})
