/** Tables to which rows are only ever added: the processes' role may not change or delete what stands there. */
export const onlyAdded = ['audit', 'audit_seals'] as const
