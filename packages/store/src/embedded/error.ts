import { readFileSync } from 'node:fs'

/** A failure of the embedded PostgreSQL. The message names what happened, the last lines of its log and what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(what: string, details: { remedy: string; logFile?: string; cause?: unknown }) {
    const tail = details.logFile ? lastLines(details.logFile, 8) : ''
    const logged = tail ? `\nThe last lines of ${details.logFile}:\n${tail}` : ''
    super(`${what}${logged}\nWhat helps: ${details.remedy}`, { cause: details.cause })
    this.name = 'EmbeddedPostgresError'
  }
}

/** The last `count` lines of a text file, each indented by two spaces; empty when there is no such file. */
export function lastLines(file: string, count: number): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    return lines
      .slice(-count)
      .map((line) => `  ${line}`)
      .join('\n')
  } catch {
    return ''
  }
}
