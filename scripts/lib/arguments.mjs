import { Refusal } from './say.mjs'

/**
 * Reads the flags of a command. Every flag is named in `flags`: `true` for one that stands alone, a word such as `N`
 * for one that takes a value (`--port 3000` or `--port=3000`). Anything else is refused together with the usage, exit 2.
 * @param {string[]} argv
 * @param {Record<string, true | string>} flags
 * @param {string} usage
 * @returns {Record<string, string | true | undefined>}
 */
export function readArguments(argv, flags, usage) {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(usage)
    process.exit(0)
  }
  /** @type {Record<string, string | true>} */
  const found = {}
  for (let index = 0; index < argv.length; index++) {
    const argument = String(argv[index])
    const equals = argument.indexOf('=')
    const name = (equals < 0 ? argument : argument.slice(0, equals)).replace(/^--/, '')
    const kind = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!argument.startsWith('--') || !kind) throw new Refusal(`Unknown option: ${argument}\n\n${usage}`, 2)
    if (kind === true) {
      if (equals >= 0) throw new Refusal(`--${name} takes no value.\n\n${usage}`, 2)
      found[name] = true
      continue
    }
    const value = equals >= 0 ? argument.slice(equals + 1) : argv[++index]
    if (value === undefined || value === '')
      throw new Refusal(`--${name} needs a value: --${name} ${kind}\n\n${usage}`, 2)
    found[name] = value
  }
  return found
}
