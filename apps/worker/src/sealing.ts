import { type Context, sealAudit } from '@rollcall/services'

export interface Sealing {
  /** Seals what is new; returns at once, and does nothing while the last time is under way. */
  seal(): void
  /** Seals for the last time, so that what this process did is in the chain. */
  end(): Promise<void>
}

/**
 * The chain over the audit, beside everything else that a worker does: what keeps it from being sealed keeps nobody from
 * work, and is said once, not at every beat.
 */
export function openSealing(ctx: Context, log: (line: string) => void): Sealing {
  let said: string | null = null
  let under: Promise<void> | null = null

  async function once(): Promise<void> {
    try {
      await sealAudit(ctx)
      if (said !== null) log('audit: it is sealed again')
      said = null
    } catch (error) {
      const line = `audit: it cannot be sealed: ${(error as Error).message.trim().split('\n').at(-1)?.trim()}`
      if (line !== said) log(line)
      said = line
    }
  }

  function seal(): Promise<void> {
    under ??= once().finally(() => {
      under = null
    })
    return under
  }

  return {
    seal: () => void seal(),
    async end() {
      await under
      await seal()
    },
  }
}
