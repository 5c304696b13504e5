/** The seven characters people say aloud. Shorter text comes back whole. */
export const shortSha = (sha: string): string => sha.replace(/^sha256:/, '').slice(0, 7)
