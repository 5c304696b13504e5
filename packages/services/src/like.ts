/** What somebody typed, for a search that takes %, _ and \ for themselves. */
export const escapeLike = (typed: string) => typed.replace(/[\\%_]/g, '\\$&')
