/** A page sends it with what it asks shortly after somebody has opened or used it. */
export const inputHeader = 'x-rollcall-input'
