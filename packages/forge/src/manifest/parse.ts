import { parseDocument } from 'yaml'
import type { z } from 'zod'
import type { ExternalDeploy, Manifest, Notify } from './manifest.ts'
import { secretReferencePattern } from './names.ts'
import { nearest } from './nearest.ts'
import { manifestPartOf } from './part-of.ts'
import { fieldOf, type Problem, problem } from './problem.ts'
import { brokenRules } from './rules.ts'
import { keysAt, manifest as manifestShape, type WireManifest } from './shape.ts'

export type ManifestReading = { ok: true; manifest: Manifest } | { ok: false; problems: [Problem, ...Problem[]] }

export interface ManifestOptions {
  /**
   * Further keys of the root that belong to somebody else's part of the file. `any` leaves alone whatever is not near to
   * one of ours. Default: none.
   */
  otherKeys?: readonly string[] | 'any'
  /** It is a whole rollcall.yaml, of which the manifest is a part. Default: the manifest alone. */
  wholeFile?: boolean
}

/** Larger than any configuration, small enough to be read at once. */
const maxCharacters = 1_000_000

/** Reads a manifest's text. Never throws: what is wrong comes back as problems, the first one first. */
export function readManifest(text: string, options: ManifestOptions = {}): ManifestReading {
  if (text.length > maxCharacters) return { ok: false, problems: [problem([], 'syntax', 'the manifest is too long')] }
  const document = parseDocument(text, { version: '1.2', uniqueKeys: true, prettyErrors: true })
  const [error] = [...document.errors, ...document.warnings]
  if (error !== undefined) {
    const line = error.linePos?.[0].line
    const where = line === undefined ? '' : `line ${line}: `
    const [first] = error.message.split('\n')
    return { ok: false, problems: [problem([], 'syntax', `the manifest is not readable: ${where}${first}`)] }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return parseManifest(options.wholeFile ? manifestPartOf(value) : value, options)
  } catch {
    return { ok: false, problems: [problem([], 'syntax', 'the manifest repeats itself through too many aliases')] }
  }
}

/** The same for a value that was read already. Problems come in the order of `manifestRules`. */
export function parseManifest(value: unknown, { otherKeys = [] }: ManifestOptions = {}): ManifestReading {
  const shaped = manifestShape.safeParse(withoutOthers(value, otherKeys))
  const problems = shaped.success ? brokenRules(shaped.data) : shapeProblems(shaped.error)
  const [first, ...more] = problems
  if (first !== undefined) return { ok: false, problems: [first, ...more] }
  return { ok: true, manifest: normalised(shaped.data as WireManifest) }
}

function withoutOthers(value: unknown, others: readonly string[] | 'any'): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const known = keysAt[''] as readonly string[]
  const isTheirs = (key: string) =>
    !known.includes(key) && (others === 'any' ? nearest(key, known) === null : others.includes(key))
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isTheirs(key)))
}

function shapeProblems(error: z.ZodError): Problem[] {
  const problems = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey(issue.path, key))
      : [problem(issue.path, 'shape', issue.path.length === 0 ? 'the manifest must be a mapping' : issue.message)],
  )
  // A misspelt key is often the reason why another one is missing, so it is told first.
  return problems.sort((a, b) => Number(b.rule === 'unknown_key') - Number(a.rule === 'unknown_key'))
}

function unknownKey(path: readonly PropertyKey[], key: string): Problem {
  const known = keysAt[fieldOf(path).replaceAll(/\[\d+\]/g, '[]')] ?? []
  const meant = nearest(key, known)
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
  return problem([...path, key], 'unknown_key', `unknown key; ${hint}`)
}

function normalised({ environments, builds, deploys, external, notify, state }: WireManifest): Manifest {
  const names = (list: typeof deploys) => (list ?? []).map((one) => (typeof one === 'string' ? one : one.name))
  return {
    environments: names(environments),
    builds: names(builds),
    deploys: names(deploys),
    external: (external ?? []).map(({ repo, ref, deploys }) => ({
      repo,
      ref: ref ?? 'main',
      deploys: deploys.map(normalisedDeploy),
    })),
    notify: notify ? normalisedNotify(notify) : null,
    state: { ...(state ?? {}) },
  }
}

type WireDeploy = NonNullable<WireManifest['external']>[number]['deploys'][number]

function normalisedDeploy({ name, workflow, on_update }: WireDeploy): ExternalDeploy {
  const deploy = on_update?.deploy ?? null
  const common = { name, workflow: workflow ?? null }
  if (deploy === null) return { ...common, onUpdate: null }
  if (deploy.through === 'control_plane') {
    return { ...common, onUpdate: { through: 'control_plane', workflow: deploy.workflow ?? null, permissions: null } }
  }
  const permissions = deploy.permissions ?? null
  return { ...common, onUpdate: { through: 'workflow', workflow: deploy.workflow as string, permissions } }
}

function normalisedNotify(notify: NonNullable<WireManifest['notify']>): Notify {
  return {
    tokenSecret: secretReferencePattern.exec(notify.token ?? '')?.[1] ?? null,
    deployName: notify.deploy_name ?? null,
    environment: notify.environment ?? null,
  }
}
