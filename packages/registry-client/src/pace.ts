export interface PaceOptions {
  /** Requests under way at once to one origin. */
  limit: number
  /** In milliseconds since the epoch. */
  now: () => number
  /** Resolves after `ms`, or early when the signal fires. Never rejects. */
  wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

/** How long one call is still ready to wait for pauses, in milliseconds; every pause takes from it. */
export interface Patience {
  leftMs: number
}

export interface Ticket {
  /** Ends the turn. `pauseMs`: the origin asked for a pause; null: it did not. */
  leave(pauseMs: number | null): void
}

export type Turn = { ticket: Ticket } | { pauseMs: number } | 'aborted'

/**
 * The order in which one origin is spoken to. Everybody waits while the origin has asked for a pause, not only the
 * request that was told so; and after it fewer go at once, one more with each round that goes well.
 */
export class Pace {
  readonly #options: PaceOptions
  readonly #line: (() => void)[] = []
  #limit: number
  #underWay = 0
  #closedUntil = 0
  #entered = 0
  #enteredAtCut = 0

  constructor(options: PaceOptions) {
    this.#options = options
    this.#limit = options.limit
  }

  /** A turn; or the pause that is longer than the caller's patience; or `aborted`, when the signal fired first. */
  async enter(patience: Patience, signal: AbortSignal | undefined): Promise<Turn> {
    for (;;) {
      if (signal?.aborted) return this.#pass('aborted')
      const pauseMs = this.#closedUntil - this.#options.now()
      if (pauseMs > 0) {
        if (pauseMs > patience.leftMs) return this.#pass({ pauseMs })
        patience.leftMs -= pauseMs
        await this.#options.wait(pauseMs, signal)
      } else if (this.#underWay < Math.floor(this.#limit)) {
        this.#underWay += 1
        this.#entered += 1
        return { ticket: this.#ticket(this.#entered) }
      } else {
        await this.#inLine(signal)
      }
    }
  }

  /** Waits while the origin has asked for a pause, as long as the patience lasts. Takes no turn. */
  async opened(patience: Patience, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const pauseMs = this.#closedUntil - this.#options.now()
      if (pauseMs <= 0 || pauseMs > patience.leftMs || signal?.aborted) return
      patience.leftMs -= pauseMs
      await this.#options.wait(pauseMs, signal)
    }
  }

  #ticket(number: number): Ticket {
    return {
      leave: (pauseMs) => {
        this.#underWay -= 1
        if (pauseMs === null) this.#limit = Math.min(this.#options.limit, this.#limit + 1 / this.#limit)
        else this.#slowDown(number, pauseMs)
        this.#next()
      },
    }
  }

  #slowDown(number: number, pauseMs: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#options.now() + pauseMs)
    // Those that were under way together are told together: that is one reason to slow down and not sixteen.
    if (number <= this.#enteredAtCut) return
    this.#enteredAtCut = this.#entered
    this.#limit = Math.max(1, this.#limit / 2)
  }

  #inLine(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const called = () => {
        signal?.removeEventListener('abort', gaveUp)
        resolve()
      }
      const gaveUp = () => {
        this.#line.splice(this.#line.indexOf(called), 1)
        resolve()
      }
      signal?.addEventListener('abort', gaveUp, { once: true })
      this.#line.push(called)
    })
  }

  /** Whoever was called and does not go calls the one behind. */
  #pass<T>(turn: T): T {
    this.#next()
    return turn
  }

  #next(): void {
    const free = Math.floor(this.#limit) - this.#underWay
    for (const called of this.#line.splice(0, Math.max(0, free))) called()
  }
}
