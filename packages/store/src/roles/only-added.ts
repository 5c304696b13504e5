/**
 * Tables to which rows are only ever added: the processes' role may not change or delete what stands there. `numbered`:
 * the column that PostgreSQL fills by itself, so that nobody chooses a number between or far beyond the others.
 */
export const onlyAdded = [
  { table: 'audit', numbered: 'id' },
  { table: 'audit_seals', numbered: null },
] as const
