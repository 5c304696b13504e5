import { timesSlower } from '@rollcall/outbound/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DeliveryFixture,
  deliveryFixtures,
  fixtureBody,
  fixtureWith,
  fixtureSha as sha,
} from '../testing/index.ts'
import type { EventReading, HookRules } from './events.ts'
import { readEvents } from './read-events.ts'
import type { Sender } from './senders.ts'

const rules: HookRules = {
  repos: null,
  updates: [
    { on: 'push', repo: 'Acme/Infra', ref: 'refs/heads/main', deployName: 'infra', environment: 'dev' },
    { on: 'push', repo: 'acme/infra', ref: 'refs/tags/v*', deployName: 'infra', environment: 'test' },
    {
      on: 'workflow_run',
      repo: 'acme/infra',
      ref: 'refs/heads/main',
      workflow: 'e2e',
      deployName: 'infra',
      environment: 'prod',
    },
  ],
}
const read = (
  name: DeliveryFixture,
  {
    body = fixtureBody(name) as Uint8Array,
    about = rules,
    type = 'application/json',
    sender = undefined as Sender | undefined,
  } = {},
): EventReading => {
  const fixture = deliveryFixtures[name]
  const delivery = { headers: { 'content-type': type }, body }
  return readEvents(delivery, { sender: sender ?? fixture.sender, event: fixture.event }, about)
}

describe('a commit status', () => {
  it('of GitHub and of Gitea is a check of one commit', () => {
    expect(read('github-status')).toEqual({
      events: [
        {
          kind: 'check',
          repo: 'acme/server',
          sha,
          context: 'ci / all-required',
          status: 'success',
          url: 'https://ci.example.com/runs/77',
          order: 31415926535,
        },
      ],
    })
    expect(read('gitea-status')).toMatchObject({
      events: [{ kind: 'check', context: 'ci / all-required (push)', status: 'failure', order: 4711 }],
    })
    expect(read('gitea-status', { sender: 'forgejo' })).toEqual(read('gitea-status'))
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', '//x', 'http://', null, 7])('never shows %j as a link', (url) => {
    const body = fixtureWith('github-status', (status) => {
      status.target_url = url
    })
    expect(read('github-status', { body })).toMatchObject({ events: [{ url: null }] })
  })
})

describe('a push', () => {
  it('to a branch that a rule names is an update at its commit', () => {
    expect(read('github-push')).toEqual({
      events: [
        {
          kind: 'external_update',
          input: { source_repo: 'acme/infra', deploy_name: 'infra', environment: 'dev', sha, version: '' },
        },
      ],
    })
  })

  it('of a tag brings its name as the version, and the commit rather than the tag', () => {
    const body = fixtureWith('gitea-push', (push) => {
      push.after = 'f'.repeat(40)
    })
    expect(read('gitea-push', { body })).toMatchObject({
      events: [{ kind: 'external_update', input: { environment: 'test', version: 'v1.4.0', sha } }],
    })
  })

  it.each([
    ['another branch', { ref: 'refs/heads/mainly' }, 'no_rule'],
    ['a branch below', { ref: 'refs/heads/main/x' }, 'no_rule'],
    ['a tag with a slash', { ref: 'refs/tags/v1/2' }, 'no_rule'],
    ['another repository', { repository: { full_name: 'acme/other' } }, 'no_rule'],
    ['a deleted branch', { deleted: true }, 'ref_deleted'],
    ['a deleted branch of Gitea', { after: '0'.repeat(40), head_commit: null }, 'ref_deleted'],
    ['no ref', { ref: null }, 'body_unreadable'],
  ])('of %s is ignored, and the rule is named', (_, change, ignored) => {
    const body = fixtureWith('github-push', (push) => Object.assign(push, change))
    expect(read('github-push', { body })).toMatchObject({ ignored, message: expect.stringMatching(/./) })
  })
})

describe('the ref that a rule names', () => {
  const pushed = (wanted: string, ref: string) => {
    const body = fixtureWith('github-push', (push) => Object.assign(push, { ref }))
    const updates = [{ on: 'push' as const, repo: 'acme/infra', ref: wanted, deployName: 'infra', environment: 'dev' }]
    return 'events' in read('github-push', { body, about: { repos: null, updates } })
  }

  it.each([
    ['refs/tags/v*', 'refs/tags/v1.4', true],
    ['refs/tags/v*', 'refs/tags/v', true],
    ['refs/tags/v*', 'refs/tags/w1', false],
    ['refs/tags/*.*.*', 'refs/tags/1.2.3', true],
    ['refs/tags/*.*.*', 'refs/tags/1.2', false],
    ['refs/heads/*-rc', 'refs/heads/a-rc', true],
    ['refs/heads/*-rc', 'refs/heads/a-rc-', false],
    ['refs/heads/a*a', 'refs/heads/a', false],
    ['refs/heads/a*a', 'refs/heads/aa', true],
    ['refs/heads/*/x', 'refs/heads/a/x', true],
    ['refs/heads/*', 'refs/heads/a/x', false],
    ['refs/heads/v1.4', 'refs/heads/v1x4', false],
    ['refs/heads/(a|b)', 'refs/heads/a', false],
  ])('%j and %j: %s', (wanted, ref, matches) => expect(pushed(wanted, ref)).toBe(matches))

  it('is compared as fast with any ref', () => {
    const push = (length: number) => void pushed('refs/heads/*-*-*', `refs/heads/${'-'.repeat(length)}/`)
    expect(timesSlower(push, 100, 16)).toBeLessThan(80)
  })
})

describe('a workflow run', () => {
  it('is a check named after its workflow, and an update once it is green', () => {
    expect(read('github-workflow-run')).toMatchObject({
      events: [
        { kind: 'check', context: 'e2e', status: 'success', sha, repo: 'acme/infra' },
        { kind: 'external_update', input: { deploy_name: 'infra', environment: 'prod', sha, run_id: 9001 } },
      ],
    })
    expect(read('gitea-workflow-run')).toMatchObject({ events: [{ kind: 'check', context: 'e2e', status: 'pending' }] })
  })

  it.each(['failure', 'cancelled', 'skipped', null])('that ended %s updates nothing', (conclusion) => {
    const body = fixtureWith('github-workflow-run', ({ workflow_run }) => {
      workflow_run.conclusion = conclusion
    })
    expect(read('github-workflow-run', { body })).toMatchObject({ events: [{ status: conclusion ?? 'unknown' }] })
    expect((read('github-workflow-run', { body }) as { events: unknown[] }).events).toHaveLength(1)
  })

  it.each([
    ['a pull request', { event: 'pull_request' }],
    ['a pull request with secrets', { event: 'pull_request_target' }],
    ['a fork', { head_repository: { full_name: 'stranger/infra' } }],
    ['another branch', { head_branch: 'feature' }],
    ['another workflow', { name: 'lint', path: '.github/workflows/lint.yaml' }],
  ])('of %s updates nothing, however green', (_, change) => {
    const body = fixtureWith('github-workflow-run', ({ workflow_run }) => Object.assign(workflow_run, change))
    expect((read('github-workflow-run', { body }) as { events: unknown[] }).events).toHaveLength(1)
  })

  it('orders its deliveries even when they come late or in the same second', () => {
    const orderOf = (status: string, action: string, at: string): number => {
      const body = fixtureWith('github-workflow-run', (run) => {
        run.action = action
        Object.assign(run.workflow_run, { status, updated_at: at })
      })
      return (read('github-workflow-run', { body }) as { events: { order: number }[] }).events[0]?.order ?? 0
    }
    const same = '2026-01-15T10:00:00Z'
    const orders = [
      orderOf('queued', 'requested', same),
      orderOf('in_progress', 'in_progress', same),
      orderOf('completed', 'completed', same),
      orderOf('queued', 'requested', '2026-01-15T10:00:01Z'),
    ]
    expect(orders).toEqual([...orders].sort((a, b) => a - b))
    expect(new Set(orders).size).toBe(4)
  })
})

describe('a repository dispatch', () => {
  it('carries an update of its own repository', () => {
    expect(read('github-repository-dispatch')).toMatchObject({
      events: [
        {
          kind: 'external_update',
          input: {
            source_repo: 'acme/infra',
            deploy_name: 'infra',
            environment: 'dev',
            sha,
            version: 'v1.4.0',
            run_id: '9001',
          },
        },
      ],
    })
  })

  it('speaks for another repository only where it may', () => {
    const body = fixtureWith('github-repository-dispatch', ({ client_payload }) => {
      client_payload.source_repo = 'acme/lambda'
    })
    expect(read('github-repository-dispatch', { body })).toMatchObject({ ignored: 'speaks_for_another' })
    const relayed = read('github-repository-dispatch', { body, about: { ...rules, relays: ['acme/infra'] } })
    expect(relayed).toMatchObject({ events: [{ input: { source_repo: 'acme/lambda' } }] })
  })

  it('of another type is ignored', () => {
    const about = { ...rules, dispatchTypes: ['release'] }
    expect(read('github-repository-dispatch', { about })).toMatchObject({ ignored: 'dispatch_type' })
    const otherwise = fixtureWith('github-repository-dispatch', (body) => {
      ;(body as { action: string }).action = 'whatever-they-call-it'
    })
    expect(read('github-repository-dispatch', { body: otherwise })).toMatchObject({
      events: [{ kind: 'external_update' }],
    })
    const aboutNothing = fixtureWith('github-repository-dispatch', (body) => {
      ;(body as { client_payload: object }).client_payload = { tests: 'green' }
    })
    expect(read('github-repository-dispatch', { body: aboutNothing })).toMatchObject({ ignored: 'dispatch_type' })
  })

  it('hands over what it was given as data', () => {
    const nasty = `"'\`$(id)\n\${{ secrets.X }}`
    const body = fixtureWith('github-repository-dispatch', ({ client_payload }) => {
      client_payload.artifacts = nasty
    })
    expect(read('github-repository-dispatch', { body })).toMatchObject({ events: [{ input: { artifacts: nasty } }] })
  })
})

describe('a Standard Webhooks message', () => {
  it('is an update or a check, by its type', () => {
    expect(read('standard-external-update')).toMatchObject({
      events: [
        {
          kind: 'external_update',
          input: { source_repo: 'acme/infra', artifacts: { image: expect.stringMatching(/^sha256:/) } },
        },
      ],
    })
    expect(read('standard-check')).toMatchObject({
      events: [{ kind: 'check', repo: 'acme/server', context: 'load test', status: 'success', order: null }],
    })
    for (const type of ['rollcall.external_update', 'external-update']) {
      const body = fixtureWith('standard-external-update', (message) => {
        message.type = type
      })
      expect(read('standard-external-update', { body })).toMatchObject({ events: [{ kind: 'external_update' }] })
    }
    const body = fixtureWith('standard-check', (message) => {
      message.type = 'invoice.paid'
    })
    expect(read('standard-check', { body })).toMatchObject({ ignored: 'event_not_read' })
  })
})

describe('what is not for us', () => {
  it.each(['github-ping', 'gitlab-pipeline', 'bitbucket-push'] as const)('like %s is ignored by name', (name) => {
    expect(read(name)).toMatchObject({ ignored: 'event_not_read' })
  })

  it.each(['constructor', '__proto__', 'toString', ''])(
    'is not found under the name %j that every object has',
    (event) => {
      const delivery = { headers: {}, body: fixtureBody('github-push') }
      expect(readEvents(delivery, { sender: 'github', event }, rules)).toMatchObject({ ignored: 'event_not_read' })
    },
  )

  it('comes from a repository that the endpoint does not listen to', () => {
    for (const name of ['github-status', 'github-push', 'gitea-workflow-run', 'standard-check'] as const) {
      expect(read(name, { about: { ...rules, repos: [] } }), name).toMatchObject({ ignored: 'repo_not_listed' })
    }
    expect(read('github-status', { about: { ...rules, repos: ['ACME/server'] } })).toMatchObject({ events: [{}] })
  })

  it('is unreadable when it is no JSON of that shape, and comes in a form all the same', () => {
    for (const text of ['', '{', 'null', '[]', '"x"', '{"repository":{}}']) {
      expect(read('github-status', { body: Buffer.from(text) })).toMatchObject({ ignored: 'body_unreadable' })
      expect(read('standard-check', { body: Buffer.from(text) })).toMatchObject({ ignored: 'body_unreadable' })
    }
    const form = Buffer.from(new URLSearchParams({ payload: fixtureBody('github-status').toString() }).toString())
    const type = 'application/x-www-form-urlencoded'
    expect(read('github-status', { body: form, type })).toEqual(read('github-status'))
  })

  it('never makes reading throw', () => {
    const names = Object.keys(deliveryFixtures) as DeliveryFixture[]
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), fc.string(), (name, value, key) => {
        const body = fixtureWith(name, (one) => {
          const keys = Object.keys(one)
          one[keys[key.length % keys.length] as string] = value
        })
        const reading = read(name, { body })
        expect('events' in reading || reading.message !== '').toBe(true)
      }),
    )
  })
})
