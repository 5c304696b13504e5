import type { GeneratedFile } from './receiver.ts'
import { mark } from './text.ts'

export type Drift = { path: string; kind: 'missing' | 'different' | 'orphan' }

/**
 * How the files that are there differ from the generated ones; empty when they do not. A file of the same folder that
 * bears our mark and that nothing generates any more is an orphan: it would go on running.
 */
export function driftOf(generated: readonly GeneratedFile[], found: ReadonlyMap<string, string>): Drift[] {
  const drifts = generated.flatMap(({ path, text }): Drift[] => {
    const there = found.get(path)
    if (there === undefined) return [{ path, kind: 'missing' }]
    return there === text ? [] : [{ path, kind: 'different' }]
  })
  const wanted = new Set(generated.map(({ path }) => path))
  const orphans = [...found]
    .filter(([path, text]) => !wanted.has(path) && text.startsWith(mark))
    .map(([path]): Drift => ({ path, kind: 'orphan' }))
  return [...drifts, ...orphans]
}

/** 0: the same. 1: drift. 2: nobody could tell, which must not look like either. */
export const exitCodes = { same: 0, drift: 1, operational: 2 } as const
