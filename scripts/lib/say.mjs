/** When the person pressed return: handed on when the work moves to another Node, so that times stay true. */
export const startedAt = Number(process.env.ROLLCALL_STARTED_AT) || Date.now()

/** Seconds since the command was given, as `12.3`. */
export function secondsSinceStart() {
  return ((Date.now() - startedAt) / 1000).toFixed(1)
}

/** @type {(line: string) => void} */
let tell = (line) => console.log(line)

/** From here on progress goes where errors go, so that the answer of a command stands alone. */
export function sayBeside() {
  tell = (line) => console.error(line)
}

/**
 * One line of progress: when, about what, and what happened.
 * @param {string} about
 * @param {string} text
 */
export function say(about, text) {
  const indent = '\n'.padEnd(24)
  tell(`${secondsSinceStart().padStart(7)} s  ${about.padEnd(12)} ${text.replace(/\n/g, indent)}`)
}

/** A failure that a person can do something about: its message is the whole story, no stack is shown. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** @type {Record<'SIGINT' | 'SIGTERM' | 'SIGHUP', number>} */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** @type {(signal: NodeJS.Signals) => void} */
let react = (signal) => process.exit(EXIT_CODES[/** @type {keyof typeof EXIT_CODES} */ (signal)])

/**
 * Says what a Ctrl-C, a SIGTERM and a closed terminal do from now on; before, they end the process. The listeners are
 * never exchanged for others: a signal that arrives in between would be lost.
 * @param {(signal: NodeJS.Signals) => void} reaction
 */
export function onSignals(reaction) {
  react = reaction
}

/**
 * Runs a command's main function; a Refusal ends it with its message and exit code, anything else with a stack.
 * @param {() => Promise<void>} main
 */
export function runMain(main) {
  // Ending through exit() lets those who started something end it (their 'exit' listeners run).
  for (const signal of /** @type {NodeJS.Signals[]} */ (Object.keys(EXIT_CODES)))
    process.on(signal, () => react(signal))
  main().catch((error) => {
    if (error instanceof Refusal || error?.name === 'EmbeddedPostgresError') {
      console.error(`\n${error.message}`)
    } else {
      console.error(error)
    }
    process.exit(error?.exitCode ?? 1)
  })
}
