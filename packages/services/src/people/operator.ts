/**
 * Whoever signed in with the operator token. A row of `users` while such a session is open, because a session is
 * somebody's; never counted or listed as a person.
 */
export const operatorId = 'usr_operator'

/** Of `users`, the people. */
export const people = { id: { not: operatorId } }
