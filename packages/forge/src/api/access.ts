import { repoPattern } from '../manifest/names.ts'
import type { ForgeKind } from '../manifest/workflow-path.ts'

/** Where a forge is and how it is spoken to. The token is only ever sent to the origin of `url`. */
export interface ForgeAccess {
  kind: ForgeKind
  /** GitHub: the API itself, such as https://api.github.com. Gitea and Forgejo: the site, whose API is under it. */
  url: string
  /** A function is asked for every single request, and may refuse with a sentence: then nothing is sent. */
  token: string | (() => Promise<string | { refusal: string }>)
  /**
   * The forge tells which run a dispatch began when it is asked to. Newer ones do, and GitHub's older servers refuse the
   * question. Default: only at api.github.com.
   */
  tellsRun?: boolean
}

/** The API's base in canonical form, or a TypeError that says what to change. */
export function apiBase({ kind, url: text }: ForgeAccess): URL {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) throw new TypeError('the forge URL is not a URL; it looks like https://git.example.com')
  const url = new URL(trimmed)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError('the forge URL must start with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('the forge URL must not hold credentials; give the token separately')
  }
  if (url.search !== '' || url.hash !== '' || /[?#]$/.test(trimmed)) {
    throw new TypeError('the forge URL must not have a query or a fragment')
  }
  if (/%2f|%5c/i.test(url.pathname)) throw new TypeError('the path of the forge URL must not have escaped slashes')
  const path = url.pathname.replace(/\/+$/, '')
  url.pathname = kind === 'gitea' && !path.endsWith('/api/v1') ? `${path}/api/v1` : path
  return url
}

export function headersFor(kind: ForgeKind, token: string): Record<string, string> {
  if (token === '') throw new TypeError('the forge has no token')
  // It would fail deep inside otherwise, with a text that might quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('the token of the forge holds blanks or characters that a header cannot carry')
  }
  return kind === 'github'
    ? {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      }
    : { accept: 'application/json', authorization: `token ${token}` }
}

/** `/repos/<owner>/<name>`; a TypeError for anything that would lead to another place of the API. */
export function repoPath(repo: string): string {
  if (!repoPattern.test(repo) || repo.split('/').length !== 2) {
    throw new TypeError('a repository is named as owner/name')
  }
  return `/repos/${repo}`
}

/** A workflow by its file name, which both forges take in the place of its number. */
export function workflowFile(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1)
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.ya?ml$/.test(file))
    throw new TypeError('a workflow is named by its .yml or .yaml file')
  return file
}
