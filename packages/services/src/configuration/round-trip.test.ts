import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Configuration, PolicyConfig } from './configuration.ts'
import { yamlOf } from './export.ts'
import { readConfiguration } from './read.ts'

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const policy: fc.Arbitrary<PolicyConfig> = fc.record({
  batchSize: maybe(fc.integer({ min: 1, max: 50 })),
  soakSeconds: maybe(fc.integer({ min: 0, max: 600 })),
  onFailure: maybe(fc.constantFrom('halt', 'pause', 'continue')),
  maxStragglers: maybe(fc.nat(5)),
  requiresApproval: maybe(fc.boolean()),
  canary: maybe(name),
})
const controlPlane = maybe(fc.constant({ url: 'https://cp.example.com', tokenEnv: 'ROLLCALL_CP_TOKEN_A' }))
const tenants = maybe(fc.constant('https://{slug}.example.com'))
const title = maybe(fc.constantFrom('Production', 'yes', '007', '# not a comment', 'a: b', 'null', '"quoted"'))
const uniqueBy = <T extends { name: string }>(of: fc.Arbitrary<T>, max = 3) =>
  fc.uniqueArray(of, { maxLength: max, selector: ({ name }) => name })

/** Whole configurations whose names fit together. */
const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    environments: uniqueBy(
      fc.record({
        name,
        title,
        controlPlane,
        tenants,
        policy,
        patience: fc.record({
          settleBudgetSeconds: maybe(fc.integer({ min: 1, max: 3600 })),
          pollSeconds: maybe(fc.constantFrom(0.05, 20)),
          redeployTimeoutSeconds: maybe(fc.integer({ min: 1, max: 3600 })),
          maxAttempts: maybe(fc.integer({ min: 1, max: 20 })),
          retryBackoffSeconds: maybe(fc.constantFrom(0, 5)),
          sweepSeconds: maybe(fc.integer({ min: 1, max: 86_400 })),
        }),
      }),
    ),
    components: uniqueBy(fc.record({ name: name.map((one) => `c-${one}`), title })),
    forges: uniqueBy(
      fc.record({
        name,
        kind: fc.constantFrom('github' as const, 'gitea' as const, 'forgejo' as const),
        url: fc.constant('https://forge.example.com'),
        tokenEnv: maybe(fc.constant('ROLLCALL_FORGE_TOKEN')),
      }),
    ),
    gates: uniqueBy(
      fc.record({ name, contexts: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), suite: maybe(name) }),
    ),
    deploys: uniqueBy(
      fc.record({
        name: name.map((one) => `d-${one}`),
        through: fc.constantFrom('none' as const, 'workflow' as const, 'control_plane' as const),
        policy,
        tag: fc.constantFrom('staging-<sha7>', 'v<version>'),
      }),
    ),
    door: fc.record({ controlPlane, tenants, policy }),
    repos: maybe(fc.uniqueArray(fc.constantFrom('a/b', 'c/d'))),
    staleAfterHours: fc.integer({ min: 1, max: 100 }),
    automatic: fc.boolean(),
  })
  .map(({ environments, components, forges, gates, deploys, door, repos, staleAfterHours, automatic }) => {
    const [environment] = environments
    const [forge, ...others] = forges
    const [gate] = gates
    const brought = deploys.map(({ name }) => ({ name, title: null, fleets: [] }))
    const fleets = environment ? [{ environment: environment.name, ...door }] : []
    const all = [...components.map((one, i) => ({ ...one, fleets: i === 0 ? fleets : [] })), ...brought]
    const [component] = all
    return {
      environments,
      components: all,
      forges,
      registries: [
        {
          name: 'r',
          url: 'https://r.example.com',
          usernameEnv: null,
          passwordEnv: 'ROLLCALL_REGISTRY_P',
          realms: ['https://auth.example.com'],
        },
      ],
      external:
        deploys.length === 0
          ? []
          : [
              {
                repo: 'org/infra',
                ref: 'main',
                deploys: deploys.map(({ name, through }) => ({
                  name,
                  workflow: null,
                  onUpdate:
                    through === 'none'
                      ? null
                      : through === 'workflow'
                        ? { through, workflow: 'a.yml', permissions: { contents: 'read' as const } }
                        : { through, workflow: null, permissions: null },
                })),
              },
            ],
      deploys: Object.fromEntries(
        deploys.map(({ name, through, tag, policy }) => [
          name,
          {
            component: name,
            forge: through === 'workflow' && others.length === 0 ? (forge?.name ?? null) : null,
            tag,
            policy,
          },
        ]),
      ),
      gates,
      imageSets: component
        ? [
            {
              name: 'product',
              component: component.name,
              registry: 'r',
              images: ['acme/server', 'acme/tenant'],
              sourceTag: 'staging-<sha7>',
              destinationTag: 'latest',
              branch: 'main',
              gate: gate?.name ?? null,
              automatic: gate ? automatic : false,
              thenApply: environment ? { environment: environment.name, policy: door.policy } : null,
              staleAfterHours,
            },
          ]
        : [],
      webhooks: [
        {
          name: 'hub',
          sender: 'github',
          secretEnvs: ['ROLLCALL_HOOK_SECRET_A', 'ROLLCALL_HOOK_SECRET_B'],
          repos,
          updates:
            deploys[0] && environment
              ? [
                  {
                    on: 'workflow_run',
                    repo: 'Org/Infra',
                    ref: 'refs/heads/main',
                    workflow: 'ci.yml',
                    deployName: deploys[0].name,
                    environment: environment.name,
                  },
                ]
              : [],
          relays: ['org/hub'],
        },
      ],
    } satisfies Configuration as Configuration
  })

it('reads back what it writes, whatever that is, and writes the same bytes for it', () => {
  fc.assert(
    fc.property(configurations, (configuration) => {
      const text = yamlOf(configuration)
      const reading = readConfiguration(text)
      expect(reading).toEqual({ ok: true, configuration, notKept: [] })
      if (reading.ok) expect(yamlOf(reading.configuration)).toBe(text)
    }),
    { numRuns: 200 },
  )
})
