import { isIP } from 'node:net'

/** This machine, in both families. */
const thisMachine = '127.0.0.0/8,::1/128'

/**
 * Which ranges that are not public the processes may connect to: what the administrator says. Where nothing is said, this
 * machine, if the demo world is on it or only people on it are served; else none.
 */
export function reachOf(env: NodeJS.ProcessEnv, { demo, host }: { demo: boolean; host: string }): string {
  return env.ROLLCALL_OUTBOUND_PRIVATE ?? (demo || isLoopback(host) ? thisMachine : '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
