import { refPattern, repoPattern } from './names.ts'

export const forgeKinds = ['github', 'gitea'] as const
/** Whose dialect is spoken. Forgejo speaks Gitea's. */
export type ForgeKind = (typeof forgeKinds)[number]

/** Where each forge looks for workflows first. */
export const workflowFolder = { github: '.github/workflows', gitea: '.gitea/workflows' } as const satisfies Record<
  ForgeKind,
  string
>

const folders = ['.github/workflows/', '.gitea/workflows/', '.forgejo/workflows/']
const filePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.ya?ml$/

export type WorkflowPath =
  | { kind: 'file'; file: string }
  | { kind: 'local'; path: string }
  | { kind: 'cross_repo'; repo: string; path: string; ref: string | null }

/**
 * A reusable workflow's path taken apart, or a sentence that says what is wrong with it. It is a bare file name, a path
 * under the workflow folder of this repository, or `org/repo/<folder>/<file>` with an optional `@ref`.
 */
export function readWorkflowPath(text: string): WorkflowPath | string {
  if (text.trim() === '') return 'must not be empty'
  if (text.includes('..')) return 'must not contain ".."'
  if (!text.includes('/')) {
    return filePattern.test(text) ? { kind: 'file', file: text } : 'must name a .yml or .yaml file'
  }
  const path = text.replace(/^\.\//, '')
  const at = path.indexOf('@')
  const bare = at === -1 ? path : path.slice(0, at)
  const ref = at === -1 ? null : path.slice(at + 1)
  const folder = folders.find((one) => bare.startsWith(one) || bare.includes(`/${one}`))
  if (folder === undefined) return `must be a file name, a path under ${folders[0]} or org/repo/${folders[0]}<file>`
  const repo = bare.slice(0, bare.indexOf(folder)).replace(/\/$/, '')
  if (!filePattern.test(bare.slice(bare.indexOf(folder) + folder.length))) return 'must name a .yml or .yaml file'
  if (repo === '') return ref === null ? { kind: 'local', path: bare } : 'must not name a ref inside its own repository'
  if (!repoPattern.test(repo) || text.startsWith('./')) return 'must name the other repository as org/repo'
  if (ref !== null && !refPattern.test(ref)) return 'must name a branch, tag or commit after "@"'
  return { kind: 'cross_repo', repo, path: bare.slice(repo.length + 1), ref }
}

/**
 * What stands behind `uses:` in a generated workflow: `./…` for this repository, otherwise the owner's `ref` appended
 * unless the path already names one. Throws a TypeError for a path that is none; a parsed manifest holds no such path.
 */
export function resolveWorkflowPath(text: string, ref: string, forge: ForgeKind = 'github'): string {
  const path = readWorkflowPath(text)
  if (typeof path === 'string') throw new TypeError(`the workflow path ${path}`)
  if (path.kind === 'file') return `./${workflowFolder[forge]}/${path.file}`
  if (path.kind === 'local') return `./${path.path}`
  return `${path.repo}/${path.path}@${path.ref ?? ref}`
}

/** The file's name in a path as forges tell it of a run, such as `.github/workflows/deploy.yml@refs/heads/main`. */
export function workflowFileOf(path: string): string {
  const [bare = ''] = path.split('@', 1)
  return bare.slice(bare.lastIndexOf('/') + 1)
}
