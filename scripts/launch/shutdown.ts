import type { Lock } from '../lib/lock.mjs'
import { onSignals, Refusal, say } from '../lib/say.mjs'
import type { Child } from './child.ts'
import type { Database } from './database.ts'
import { endProcessesNaming } from './orphans.ts'

/** The order in which processes end: first those who ask, then those who drive, then what is driven, then the data. */
const ORDER = ['pages', 'driver', 'demo'] as const
const SAME_PRESS_MS = 1_000
type Role = (typeof ORDER)[number]

/**
 * Ends everything that was started, once: on Ctrl-C, SIGTERM, a closed terminal, or when something that is needed cannot
 * be kept running. A second Ctrl-C ends it by force.
 */
export class Shutdown {
  /** set before the database is up, so that it can be waited for and ended even then */
  database: Promise<Database> | null = null
  /** the first page has been seen: from now on a lost child is news, not a failed start */
  isUp = false
  /** the database has another address, before anybody is started again with it */
  onMoved: () => void = () => {}
  readonly #children = new Map<Role, Child>()
  readonly #givenUp = new Set<Child>()
  readonly #lock: Lock
  readonly #demoState: string
  #ending: Promise<void> | null = null
  #askedAt = 0
  #unfinished: Promise<unknown> = Promise.resolve()

  constructor(lock: Lock, demoState: string) {
    this.#lock = lock
    this.#demoState = demoState
    onSignals((signal) => this.#onSignal(signal))
  }

  get hasBegun(): boolean {
    return this.#ending !== null
  }

  /** Something that must not lose the database halfway: a stop that comes meanwhile lets it end first. */
  finish<T>(work: Promise<T>): Promise<T> {
    this.#unfinished = work
    return work
  }

  /** Starts a child, unless everything is being ended already. */
  start(role: Role, child: Child): void {
    if (this.hasBegun) throw new Refusal('Stopped while starting.')
    this.#children.set(role, child)
    child.start()
  }

  gaveUp(child: Child): boolean {
    return this.#givenUp.has(child)
  }

  onGivenUp(child: Child): void {
    this.#givenUp.add(child)
    if (!this.isUp) return // the start is waiting for it and will say so
    if (child === this.#children.get('pages'))
      this.fail(new Refusal('Without its pages Rollcall stops. The data is kept.'))
    else
      say(
        child.spec.name,
        `the rest goes on without it; Ctrl-C and npm start once ${child.logFile} tells what is wrong`,
      )
  }

  /** The database has another address: whoever holds the old one is started again with the new one. */
  restartChildren(): void {
    say('database', 'has another address now: the others are started again')
    this.onMoved()
    for (const child of this.#children.values()) child.restart()
  }

  /** Something that is needed is lost: says so, ends the rest and exits with 1. */
  fail(error: unknown): void {
    if (this.hasBegun) return
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    this.stopEverything().finally(() => process.exit(1))
  }

  /** Ends all processes in order and resolves when they are gone. */
  stopEverything(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    for (const role of ORDER) await this.#children.get(role)?.stop()
    // Tenants outlive a control plane that was killed; with one that was down just now, nobody has ended them.
    await endProcessesNaming(this.#demoState)
    await this.#unfinished.catch(() => {})
    await (await this.#databaseIfUp())?.stop()
    this.#lock.release()
  }

  async #databaseIfUp(): Promise<Database | null> {
    return this.database?.catch(() => null) ?? null
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#ending) {
      // npm hands on the Ctrl-C that the terminal has already delivered: one press arrives twice.
      if (signal !== 'SIGINT' || Date.now() - this.#askedAt < SAME_PRESS_MS) return
      say('stop', 'by force')
      for (const child of this.#children.values()) child.kill()
      this.#lock.release()
      this.#databaseIfUp()
        .then((database) => database?.kill())
        .finally(() => process.exit(130))
      return
    }
    this.#askedAt = Date.now()
    say('stop', 'ending everything that was started; the data stays (Ctrl-C again to force)')
    this.stopEverything().then(
      () => {
        say('stop', 'done')
        process.exit(0)
      },
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
}
