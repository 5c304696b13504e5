import { isFullSha } from '@rollcall/rollout'
import { externalDeploysOf, type Manifest, type OwnedDeploy } from '../manifest/manifest.ts'
import { comparableRepo } from '../manifest/names.ts'
import type { ManifestReading } from '../manifest/parse.ts'
import { type ArtifactsSaid, readArtifacts } from './artifacts.ts'

/** An update as its sender writes it, in the field's words. Anything may be in there. */
export interface UpdateInput {
  source_repo?: unknown
  deploy_name?: unknown
  environment?: unknown
  sha?: unknown
  version?: unknown
  artifacts?: unknown
  run_id?: unknown
}

/** An update that may be recorded, as far as it can be told without looking at what is recorded. */
export interface Update {
  /** As the manifest writes it. */
  sourceRepo: string
  deployName: string
  environment: string
  /** In full and in lower case. */
  sha: string
  version: string | null
  artifacts: ArtifactsSaid
  runId: string | null
  /** Who sent it; `unknown` when nobody says. */
  actor: string
}

export interface UpdateWorld {
  /** How reading the manifest ended; null where there is none. */
  manifest: ManifestReading | null
  /** Being in the ladder is not enough: the environment must have a state to record into. */
  hasState: (environment: string) => boolean
  /** Who is asking, as far as authentication knows. */
  actor?: string
}

/** The rules that need no look at the slot, in the order in which they refuse. */
export const updateRules = [
  'required',
  'text',
  'manifest',
  'primary',
  'deploy_known',
  'source_repo',
  'environment_state',
  'artifacts',
  'sha',
] as const
export type UpdateRule = (typeof updateRules)[number]

export interface UpdateRefusal<R extends string = UpdateRule> {
  ok: false
  rule: R
  /** The field of the update that the rule is about. */
  field: string
  message: string
  /** What would make it possible. */
  remedy: string
}

export type Validation = { ok: true; update: Update; deploy: OwnedDeploy } | UpdateRefusal

/** Whether an update fits the manifest. The first rule that does not hold refuses, and says which it is. */
export function validateUpdate(input: UpdateInput, world: UpdateWorld): Validation {
  const texts = readTexts(input)
  if ('rule' in texts) return texts

  const { sourceRepo, deployName, environment, sha } = texts
  if (world.manifest === null) {
    return refused('manifest', '', 'there is no manifest', 'Give Rollcall a configuration with external deploys.')
  }
  if (!world.manifest.ok) {
    const [{ message }] = world.manifest.problems
    return refused('manifest', '', `the manifest does not parse: ${message}`, 'Correct the manifest.')
  }
  const { manifest } = world.manifest
  if (manifest.external.length === 0) {
    const remedy = 'Name the repository and its deploys under external.'
    return refused('primary', '', 'not configured as a primary: no external deploys', remedy)
  }

  const deploys = externalDeploysOf(manifest)
  const deploy = deploys.find(({ name }) => name === deployName)
  if (deploy === undefined) {
    const known = deploys.slice(0, 10).map(({ name }) => name)
    const message = `external deploy '${shown(deployName)}' not found in config`
    return refused('deploy_known', 'deploy_name', message, `Known are ${known.join(', ')}.`)
  }
  if (comparableRepo(deploy.sourceRepo) !== comparableRepo(sourceRepo)) {
    const message = `source repo mismatch: expected '${deploy.sourceRepo}', got '${shown(sourceRepo)}'`
    return refused('source_repo', 'source_repo', message, `Only ${deploy.sourceRepo} may update ${deploy.name}.`)
  }
  if (!world.hasState(environment)) {
    const message = `environment '${shown(environment)}' not found in state`
    return refused('environment_state', 'environment', message, environmentRemedy(manifest, environment))
  }
  const artifacts = readArtifacts(input.artifacts)
  if (typeof artifacts === 'string') {
    return refused(
      'artifacts',
      'artifacts',
      artifacts,
      'Send a map of text to text, null to clear it, or leave it out.',
    )
  }
  if (!isFullSha(sha) || /^0+$/.test(sha)) {
    const message = `sha must be hex: 40 or 64 hexadecimal digits, got '${shown(sha)}'`
    return refused('sha', 'sha', message, 'Send the full commit id, such as git rev-parse prints it.')
  }

  const { version, runId } = texts
  const update: Update = {
    sourceRepo: deploy.sourceRepo,
    deployName,
    environment,
    sha: sha.toLowerCase(),
    version: version === '' ? null : version,
    artifacts,
    runId: runId === '' ? null : runId,
    actor: world.actor?.trim() || 'unknown',
  }
  return { ok: true, update, deploy }
}

type Texts = Record<'sourceRepo' | 'deployName' | 'environment' | 'sha' | 'version' | 'runId', string>

const fields = [
  { field: 'source_repo', key: 'sourceRepo', required: true },
  { field: 'deploy_name', key: 'deployName', required: true },
  { field: 'environment', key: 'environment', required: true },
  { field: 'sha', key: 'sha', required: true },
  { field: 'version', key: 'version', required: false },
  { field: 'run_id', key: 'runId', required: false },
] as const satisfies readonly { field: keyof UpdateInput; key: keyof Texts; required: boolean }[]
const maxCharacters = 300

function readTexts(input: UpdateInput): Texts | UpdateRefusal {
  const isMissing = (value: unknown) => value == null || (typeof value === 'string' && value.trim() === '')
  const missing = fields.find(({ field, required }) => required && isMissing(input[field]))
  if (missing !== undefined) {
    const { field } = missing
    return refused('required', field, `required flag ${field} is missing`, `Send ${field} as text.`)
  }
  const texts: Partial<Texts> = {}
  for (const { field, key } of fields) {
    // forges number their runs; everything else here is text
    const value = field === 'run_id' && Number.isSafeInteger(input[field]) ? String(input[field]) : (input[field] ?? '')
    const wrong = whatIsWrong(value)
    if (wrong !== null) return refused('text', field, `${field} ${wrong}`, `Send ${field} as text.`)
    texts[key] = value as string
  }
  return texts as Texts
}

function whatIsWrong(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > maxCharacters) return `is longer than ${maxCharacters} characters`
  // nothing that a database cannot keep
  return value.includes('\0') || !value.isWellFormed() ? 'holds characters that are no text' : null
}

function environmentRemedy({ environments }: Manifest, environment: string): string {
  return environments.includes(environment)
    ? 'It is configured, but nothing is recorded for it yet: deploy to it once, or define it.'
    : `Send one of ${environments.join(', ') || 'the environments that Rollcall knows'}.`
}

function refused(rule: UpdateRule, field: string, message: string, remedy: string): UpdateRefusal {
  return { ok: false, rule, field, message, remedy }
}

/** Foreign text in a message: findable, and unable to act on a log or a screen. */
function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return plain.length > 100 ? `${plain.slice(0, 99)}…` : plain
}
