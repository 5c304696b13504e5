import { subscribe } from 'node:diagnostics_channel'
import { env } from '../env.ts'

/** Ends the process when it could not serve safely: without a token everything would be refused, or worse, open. */
export function checkSettings(): void {
  try {
    env()
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The settings cannot be read.')
    process.exit(1)
  }
}

/**
 * Gives TRACE another name. It cannot be a method of a fetch request, so Next would fail on it and answer 500; a method
 * that it merely does not know it refuses with 400.
 */
export function disarmTrace(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: { method?: string } }
    if (request.method === 'TRACE') request.method = 'UNTRACED'
  })
}
