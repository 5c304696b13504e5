import type { SecretUse, SecretView } from '@rollcall/services'
import type { StatusProps } from '../../ui/status.tsx'

/** Where the worker takes a secret from, in a word. */
export function statusOf({ value, readable, alsoInProcess }: SecretView): StatusProps {
  if (value === 'missing')
    return {
      tone: 'person',
      shape: 'question',
      word: 'missing',
      sentence: 'Nothing is set here, and no worker has it.',
    }
  if (value === 'process')
    return {
      tone: 'good',
      shape: 'check',
      word: 'in the process',
      sentence: 'It is a variable of the worker’s process.',
    }
  if (!readable)
    return {
      tone: 'bad',
      shape: 'cross',
      word: 'under another key',
      sentence: 'It was set with a key that is not here any more.',
    }
  const before = alsoInProcess ? ' It goes before the variable of the worker’s process.' : ''
  return { tone: 'good', shape: 'check', word: 'set here', sentence: `It is stored encrypted.${before}` }
}

const kinds = {
  environment: 'control plane of',
  fleet: 'control plane of',
  forge: 'forge',
  registry: 'registry',
} as const satisfies Record<SecretUse['kind'], string>

/** `control plane of production`, `registry hub`: each once. */
export function usersOf({ usedBy }: SecretView): string[] {
  return [...new Set(usedBy.map(({ kind, of }) => `${kinds[kind]} ${of}`))]
}

/** Origins that something in the configuration wants it for, and that nobody has allowed. */
export function deniedOf({ usedBy }: SecretView): string[] {
  return [...new Set(usedBy.filter(({ allowed }) => !allowed).map(({ origin }) => origin))]
}

export const hostOf = (origin: string): string => origin.replace(/^https?:\/\//, '').replace(/:443$/, '')
