const words: Record<string, string> = {
  ui: 'on a page',
  api: 'by the API',
  worker: 'by itself',
  seed: 'in the demo',
  hook: 'by a webhook',
  cli: 'at a terminal',
}

/** Through which door, in words that follow a name. */
export const viaWords = (via: string): string => words[via] ?? via
