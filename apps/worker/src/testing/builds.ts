import { createHash } from 'node:crypto'

/** The token of every fleet in the tests, and the variable that the workers are given it in. */
export const token = 'demo-token-of-the-tests'
export const tokenVariable = 'ROLLCALL_CP_TOKEN_TEST'
/** A variable with a token that no control plane accepts, and one that no worker is given. */
export const wrongTokenVariable = 'ROLLCALL_CP_TOKEN_WRONG'
export const missingTokenVariable = 'ROLLCALL_CP_TOKEN_MISSING'
export const forgeTokenVariable = 'ROLLCALL_FORGE_TOKEN_TEST'

export const component = 'server'

const shaOf = (text: string) => createHash('sha1').update(`build ${text}`).digest('hex')

/** Three builds of one branch in their order. Tenants run the old one until somebody brings another. */
export const sha = { old: shaOf('old'), next: shaOf('next'), newest: shaOf('newest') }

export const tagOf = (of: string) => `main-${of.slice(0, 7)}`

/** The build that a tag of these tests stands for. */
export const shaOfTag = (tag: string) => Object.values(sha).find((of) => tagOf(of) === tag) ?? `no build of ${tag}`
