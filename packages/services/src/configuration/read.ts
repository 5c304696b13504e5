import { isLocalDeploy, manifestPartOf, type manifestRules, parseManifest } from '@rollcall/forge'
import { LineCounter, parseDocument } from 'yaml'
import type { Configuration } from './configuration.ts'
import { configurationOf } from './from-wire.ts'
import { lineOf } from './lines.ts'
import { type ConfigurationProblem, type Found, problem } from './problem.ts'
import { brokenReferences, type Known } from './references.ts'
import { shapeProblems } from './shape-problems.ts'
import { manifestKeys, type Wire, wire } from './wire.ts'

export type ConfigurationReading =
  | { ok: true; configuration: Configuration; notKept: string[] }
  | { ok: false; problems: [ConfigurationProblem, ...ConfigurationProblem[]] }

/** Larger than any configuration, small enough to be read at once. */
const maxCharacters = 1_000_000
const nothingKnown: Known = { environments: [], components: [] }

/**
 * Reads rollcall.yaml, as YAML or JSON. Never throws: what is wrong comes back as problems, misspelt keys first, then
 * what is not well-formed, then the manifest's rules in their order, then ours. A file that holds only the manifest of a
 * repository is read by the manifest's rules. `known`: what exists and may be referred to without being in the file.
 */
export function readConfiguration(text: string, known: Known = nothingKnown): ConfigurationReading {
  if (text.length > maxCharacters) return refused([unreadable('the configuration is too long')])
  const lines = new LineCounter()
  const document = parseDocument(text, { version: '1.2', uniqueKeys: true, prettyErrors: true, lineCounter: lines })
  const [error] = [...document.errors, ...document.warnings]
  if (error) {
    const line = error.linePos?.[0].line ?? null
    const where = line === null ? '' : `line ${line}: `
    return refused([
      { ...unreadable(`the configuration is not readable: ${where}${error.message.split('\n')[0]}`), line },
    ])
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch {
    return refused([unreadable('the configuration repeats itself through too many aliases')])
  }
  // nothing that is written is nothing that is wrong
  const reading = parseConfiguration(value ?? {}, known)
  if (reading.ok) return reading
  return refused(reading.problems.map((found) => ({ ...found, line: lineOf(document, lines, found.field) })))
}

function refused(problems: ConfigurationProblem[]): ConfigurationReading {
  return { ok: false, problems: problems as [ConfigurationProblem, ...ConfigurationProblem[]] }
}

function unreadable(text: string): ConfigurationProblem {
  return { ...problem([], 'syntax', text, 'Correct the text.'), line: null }
}

function parseConfiguration(
  value: unknown,
  known: Known,
): { ok: true; configuration: Configuration; notKept: string[] } | { ok: false; problems: Found[] } {
  const shaped = wire.safeParse(value)
  const manifest = parseManifest(manifestIn(value))
  const problems = [
    ...(manifest.ok
      ? []
      : manifest.problems.map((one) => ({ ...one, remedy: remedies[one.rule] ?? 'Correct it in the file.' }))),
    ...(shaped.success ? [] : shapeProblems(shaped.error.issues, value)),
    ...(shaped.success ? brokenReferences(shaped.data, manifest.ok ? manifest.manifest.external : [], known) : []),
  ].filter(
    ({ rule, field }) => manifest.ok || rule !== 'reference' || !/^deploys\b|deploy_name$|\.component$/.test(field),
  )
  if (problems.length > 0 || !shaped.success || !manifest.ok) return { ok: false, problems: inOrder(problems) }
  return {
    ok: true,
    configuration: configurationOf(shaped.data, manifest.manifest.external),
    notKept: notKept(shaped.data),
  }
}

const first = ['syntax', 'unknown_key', 'shape']

function inOrder(problems: readonly Found[]): Found[] {
  const rank = ({ rule }: Found) => (first.includes(rule) ? first.indexOf(rule) : first.length)
  const once = new Map(problems.map((one) => [`${one.rule} ${one.field} ${one.message}`, one]))
  return [...once.values()].toSorted((a, b) => rank(a) - rank(b))
}

/** The manifest's part of the file, without the keys that are ours alone. */
function manifestIn(value: unknown): object {
  const part = manifestPartOf(value)
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return {}
  const theirs: readonly string[] = ['environments', 'deploys', ...manifestKeys]
  return Object.fromEntries(Object.entries(part).filter(([key]) => theirs.includes(key)))
}

/** Parts of a manifest that are held to their rules and then left to the repository. */
function notKept({ deploys, ...wire }: Wire): string[] {
  const keys = (['builds', 'notify', 'state'] as const).filter((key) => wire[key] != null)
  return Array.isArray(deploys) && deploys.some(isLocalDeploy) ? [...keys, 'deploys'] : keys
}

const remedies: Partial<Record<string, string>> = {
  role: 'Take external or notify out.',
  repo: 'Name the repository as owner/name, with at least one deploy.',
  deploy_name: 'Give it another name.',
  duplicate_name: 'Give one of them another name.',
  local_name: 'Give the external deploy another name.',
  colliding_name: 'Give one of them another name.',
  reusable_only: 'Take it out and name a workflow.',
  on_update_workflow: 'Name the workflow, take on_update.deploy out, or deploy through: control_plane.',
  workflow_path: 'Name a file of the workflow folder.',
  token_reference: 'Refer to a secret by its name.',
} satisfies Partial<Record<(typeof manifestRules)[number], string>>
