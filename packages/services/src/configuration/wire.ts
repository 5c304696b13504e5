import { type hereDeployKeys, manifestShape, senders } from '@rollcall/forge'
import { z } from 'zod'
import { openApplyInput } from '../applies/open-input.ts'
import { defineEnvironmentInput } from '../environments/define.ts'
import { templateUrl, webUrl } from '../environments/urls.ts'
import { environmentName, slug, text, whole } from '../fields.ts'
import { forgeToken, registrySecret } from '../secrets/names.ts'
import { hookSecret, origin, registryUrl, repo, repository, tag, tagPattern } from './wire-fields.ts'

/**
 * rollcall.yaml as it is written. What is left out of an environment or a component is left as it is; everything else is
 * as it stands in the file. A key without a value counts as left out.
 */

const list = <S extends z.ZodType>(of: S) =>
  z.array(of, { error: 'must be a list' }).max(2_000, 'is too long').nullish()
const mapping = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape, { error: 'must be a mapping' })
const flag = z.boolean({ error: 'must be true or false' })
const title = text(100).nullish()

const asked = openApplyInput.shape
const policyKeys = {
  batch_size: asked.batchSize.unwrap().nullish(),
  soak_seconds: asked.soakSeconds.unwrap().nullish(),
  // an apply treats whatever it does not know as halt; a file is read while somebody can still correct it
  on_failure: z.enum(['halt', 'pause', 'continue'], { error: 'must be halt, pause or continue' }).nullish(),
  max_stragglers: asked.maxStragglers.unwrap().nullish(),
  requires_approval: flag.nullish(),
  canary: slug.nullish(),
}
const policy = z
  .union([slug, mapping(policyKeys)], { error: 'must be a policy or the name of one' })
  .nullish()
  .meta({ description: 'a policy, or the name of one under policies' })

const patient = defineEnvironmentInput.shape
const door = {
  control_plane: mapping({ url: webUrl, token_env: patient.controlPlaneTokenEnv }).nullish(),
  tenants: templateUrl.nullish().meta({ description: 'where tenants answer, with {slug} once' }),
}

const environment = mapping({
  name: environmentName,
  title,
  ...door,
  policy,
  patience: mapping({
    settle_budget_seconds: patient.settleBudgetSeconds.unwrap().nullish(),
    poll_seconds: patient.pollSeconds.unwrap().nullish(),
    redeploy_timeout_seconds: patient.redeployTimeoutSeconds.unwrap().nullish(),
    max_attempts: patient.maxAttempts.unwrap().nullish(),
    retry_backoff_seconds: patient.retryBackoffSeconds.unwrap().nullish(),
    sweep_seconds: patient.sweepSeconds.unwrap().nullish(),
  }).nullish(),
})

const component = mapping({
  name: slug,
  title,
  fleets: list(mapping({ environment: slug, ...door, policy })),
})

const deployKeys = {
  component: slug.nullish().meta({ description: "by default of the deploy's own name" }),
  forge: slug.nullish(),
  tag: tagPattern(['<sha>', '<sha7>', '<version>']).nullish().meta({ description: 'by default staging-<sha7>' }),
  policy,
} satisfies Record<(typeof hereDeployKeys)[number], z.ZodType>

const deploys = z
  .union(
    [
      z.record(z.string(), mapping(deployKeys).nullable()),
      z.array(
        z.union([z.string(), z.looseObject({ name: z.string(), ...deployKeys })], {
          error: 'must be a name or have one',
        }),
      ),
    ],
    { error: 'must be a mapping of external deploys, or a list' },
  )
  .nullish()
  .meta({
    description: "what an external deploy is here, by its name; a list of plain names is this repository's own deploys",
  })

const hookUpdate = mapping({
  on: z.enum(['push', 'workflow_run'], { error: 'must be push or workflow_run' }),
  repo,
  ref: text(200).regex(/^refs\//, 'must be a ref in full, such as refs/heads/main or refs/tags/v*'),
  workflow: text(200).nullish(),
  deploy_name: text(90),
  environment: slug,
})

const own = {
  environments: list(z.union([environmentName, environment], { error: 'must be a name or a mapping' })),
  components: list(z.union([slug, component], { error: 'must be a name or a mapping' })),
  forges: list(
    mapping({
      name: slug,
      kind: z.enum(['github', 'gitea', 'forgejo'], { error: 'must be github, gitea or forgejo' }),
      url: webUrl,
      token_env: forgeToken.nullish(),
    }),
  ),
  registries: list(
    mapping({
      name: slug,
      url: registryUrl,
      username_env: registrySecret.nullish(),
      password_env: registrySecret.nullish(),
      realms: list(origin),
    }),
  ),
  deploys,
  policies: list(mapping({ name: slug, ...policyKeys })),
  gates: list(mapping({ name: slug, contexts: list(text(300)), suite: text(300).nullish() })),
  image_sets: list(
    mapping({
      name: slug,
      component: slug,
      registry: slug,
      images: z.array(repository, { error: 'must be a list' }).max(100, 'must be at most 100 images'),
      source_tag: tagPattern(['<sha>', '<sha7>']).nullish(),
      destination_tag: tag.nullish(),
      branch: text(200).nullish(),
      gate: slug.nullish(),
      automatic: flag.nullish(),
      then_apply: mapping({ environment: slug, policy }).nullish(),
      stale_after_hours: whole(1, 24 * 365).nullish(),
    }),
  ),
  webhooks: list(
    mapping({
      name: slug,
      sender: z.enum(senders, { error: `must be one of ${senders.join(', ')}` }).nullish(),
      secret_envs: z
        .array(hookSecret, { error: 'must be a list' })
        .min(1, 'must name at least one variable')
        .max(2, 'must name two variables at most: the new secret and the old one'),
      repos: list(repo),
      updates: list(hookUpdate),
      relays: list(repo),
    }),
  ),
}

/** Parts that the forge's room reads by rules of its own. */
export const manifestKeys = ['external', 'builds', 'notify', 'state'] as const

const anything = z.unknown().optional()
export const wire = mapping({ ...own, external: anything, builds: anything, notify: anything, state: anything })
export type Wire = z.output<typeof wire>
export type WirePolicy = z.output<typeof policy>
export type WireDoor = z.output<z.ZodObject<typeof door>>
export type WireDeploy = z.output<z.ZodObject<typeof deployKeys>>

const { external, builds, notify, state } = manifestShape.shape
/** The whole file, for readers that are not us. */
export const published = mapping({ ...own, external, builds, notify, state })
