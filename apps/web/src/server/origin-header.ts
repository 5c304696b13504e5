/** The header in which the front hands the configured address to the pages. Whatever a client sends under it is replaced. */
export const originHeader = 'x-rollcall-origin'
