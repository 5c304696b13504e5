import { z } from 'zod'

/**
 * Which names a configuration may have sent out, each to its own kind of door. Nothing else may be named, or a
 * configuration could have any variable of the worker sent anywhere.
 */
const prefixes = ['ROLLCALL_CP_TOKEN', 'ROLLCALL_FORGE_TOKEN', 'ROLLCALL_REGISTRY_'] as const

/** How a name goes on after its prefix. */
const rest = '[A-Z0-9_]{0,80}'
const shape = new RegExp(`^(?:${prefixes.join('|')})${rest}$`)

/** What a field takes that names a variable. What is refused is never repeated: it may be a secret. */
export const variableName = (prefix: string) =>
  z
    .string({ error: 'must be text' })
    .regex(new RegExp(`^${prefix}${rest}$`), `must be the name of an environment variable that begins with ${prefix}`)

export const controlPlaneToken = variableName(prefixes[0])
export const forgeToken = variableName(prefixes[1])
export const registrySecret = variableName(prefixes[2])

export const isSecretName = (name: string): boolean => shape.test(name)

export const secretName = z
  .string({ error: 'must be text' })
  .regex(shape, `must be a name in capitals that begins with ${prefixes.slice(0, -1).join(', ')} or ${prefixes.at(-1)}`)

/** A token is a header's value as it stands. A user name or password is encoded on its way. */
const isSentAsItIs = (name: string): boolean => !name.startsWith('ROLLCALL_REGISTRY_')

/** Whether a value can be sent under a name at all. */
export const fitsIn = (name: string, value: string): boolean =>
  isSentAsItIs(name) ? /^[\x21-\x7e]+$/.test(value) : value.isWellFormed() && !/\p{Cc}/u.test(value)

/** The names among a process's variables that hold something. Never what they hold. */
export function secretNamesIn(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(variables)
    .filter((name) => isSecretName(name) && variables[name])
    .toSorted()
}
