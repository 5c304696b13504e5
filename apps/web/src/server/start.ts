import { env } from '../env.ts'
import { processKeys } from './context.ts'

/** Ends the process when it could not serve safely: without a token everything would be refused, or worse, open. */
export function checkSettings(): void {
  try {
    env()
    processKeys()
  } catch (error) {
    console.error(error instanceof Error ? error.message : 'The settings cannot be read.')
    process.exit(1)
  }
}
