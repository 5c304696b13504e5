import { createServer } from 'node:net'

/** Linux hands out ports from here on for outgoing connections: a listener above would sooner or later find its port taken. */
export const EPHEMERAL_PORTS_START = 32_768

/**
 * The first port ≥ `from` (and below the ephemeral range) on which nobody listens at `host` right now. Throws when
 * there is none, or `host` is no address of this machine.
 */
export async function nextFreePort(from: number, host = '127.0.0.1'): Promise<number> {
  for (let port = from; port < EPHEMERAL_PORTS_START; port++) {
    if (await isFree(port, host)) return port
  }
  throw new Error(`No free port between ${from} and ${EPHEMERAL_PORTS_START - 1} on ${host}.`)
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      // Anything else (no such address on this machine) is no better on the next port.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    })
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
