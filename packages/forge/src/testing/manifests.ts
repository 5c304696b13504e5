import type { Manifest } from '../manifest/manifest.ts'
import { type ManifestReading, parseManifest } from '../manifest/parse.ts'

/** The manifest of the field's examples: two owners with one component each, a ladder of three, state for `dev` only. */
export const fieldManifest = {
  environments: ['dev', 'test', 'prod'],
  external: [
    { repo: 'org/infra', deploys: [{ name: 'infra' }] },
    { repo: 'org/lambda', deploys: [{ name: 'lambda' }] },
  ],
  state: { dev: { sha: 'base' } },
}

/** A parsed manifest; throws with the first problem when it is none. */
export function manifestOf(value: unknown): Manifest {
  const reading: ManifestReading = parseManifest(value)
  if (!reading.ok) throw new Error(reading.problems[0].message)
  return reading.manifest
}
