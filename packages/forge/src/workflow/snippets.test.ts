import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { casesOf, manifestOf } from '../testing/index.ts'
import { notifyStep, notifyTarget } from './notify.ts'
import { type PublishOptions, publishJob } from './publish.ts'
import { stepSchema, stepsJobSchema } from './schema.ts'
import { readYaml } from './text.ts'

const nasty = ['a b', "a'b", 'a"b', '$(id)', '`id`', 'a\nb', `\${{ secrets.X }}`]

describe('what a satellite reports', () => {
  it.each(casesOf('notify'))('is what the field takes: $id', ({ given, expect: expected }) => {
    const target = notifyTarget(manifestOf({ notify: {}, deploys: given.deploys }))
    expect(target?.deployName).toBe(expected.deploy_name)
  })

  it('is what it says itself, else its first deploy, else its first build', () => {
    const all = { deploys: ['d'], builds: ['b'], environments: ['e', 'f'] }
    const said = { notify: { deploy_name: 'n', environment: 'x' } }
    expect(notifyTarget(manifestOf({ ...all, ...said }))).toEqual({ deployName: 'n', environment: 'x' })
    expect(notifyTarget(manifestOf({ ...all, notify: {} }))).toEqual({ deployName: 'd', environment: 'e' })
    expect(notifyTarget(manifestOf({ builds: ['b'], notify: {} }))).toEqual({ deployName: 'b', environment: 'dev' })
  })

  it('is refused where it would be empty, which a primary could only refuse', () => {
    expect(notifyTarget(manifestOf({ notify: {} }))).toBeNull()
    expect(() => notifyStep(manifestOf({ notify: {} }))).toThrow('notify.deploy_name is required')
    expect(() => notifyStep(manifestOf({ deploys: ['a'] }))).toThrow('not configured as satellite')
  })

  it('is one step in the known shape, with the token by the name of its secret', () => {
    const token = `\${{ secrets.PRIMARY_TOKEN }}`
    const [step, ...more] = z
      .array(stepSchema)
      .parse(readYaml(notifyStep(manifestOf({ notify: { token }, deploys: ['a'] }))))
    expect(more).toEqual([])
    expect(step?.env).toMatchObject({ ROLLCALL_TOKEN: token, DEPLOY_NAME: 'a', ENVIRONMENT: 'dev' })
    expect(step?.env.SOURCE_REPO).toBe(`\${{ github.repository }}`)
  })
})

describe('the publish job', () => {
  const options: PublishOptions = {
    component: 'workspace-server',
    needs: 'build-and-push',
    images: [
      { name: 'registry.example.com/acme/server', digestOutput: 'digest' },
      { name: 'registry.example.com/acme/web', digestOutput: 'web_digest' },
    ],
  }
  const job = (more: Partial<PublishOptions> = {}) =>
    z.strictObject({ publish_build: stepsJobSchema }).parse(readYaml(publishJob({ ...options, ...more }))).publish_build

  it('comes after the job that pushes, for pushes to one branch only', () => {
    expect(job()).toMatchObject({
      needs: 'build-and-push',
      if: "github.event_name == 'push' && github.ref == 'refs/heads/main'",
      permissions: { contents: 'read' },
    })
    expect(job({ branch: 'release/1' }).if).toContain("'refs/heads/release/1'")
  })

  it('takes the digests from the outputs of that job', () => {
    expect(job().steps[0]?.env).toMatchObject({
      COMPONENT: 'workspace-server',
      TAG_PREFIX: 'staging-',
      IMAGE_0: 'registry.example.com/acme/server',
      DIGEST_0: `\${{ needs.build-and-push.outputs.digest }}`,
      IMAGE_1: 'registry.example.com/acme/web',
      DIGEST_1: `\${{ needs.build-and-push.outputs.web_digest }}`,
    })
    expect(job({ images: [], tagPrefix: '' }).steps[0]?.env).toMatchObject({ TAG_PREFIX: '' })
  })

  it.each(nasty)('takes no option like %j into its text', (text) => {
    const wrong: Partial<PublishOptions>[] = [
      { component: text },
      { needs: text },
      { images: [{ name: text, digestOutput: 'digest' }] },
      { images: [{ name: 'a/b', digestOutput: text }] },
      { tagPrefix: text },
      { branch: text },
      { tokenSecret: text },
      { runsOn: text },
    ]
    for (const one of wrong) expect(() => publishJob({ ...options, ...one }), JSON.stringify(one)).toThrow(TypeError)
  })
})
