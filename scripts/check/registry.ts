import { say } from '../lib/say.mjs'
import { aptInstall, isProgram, mayInstall } from './apt.ts'

/** What is asked beside our own registry, by the package of Debian that brings it. */
const programs = {
  'docker-registry': 'the tests ask a real registry as well',
  skopeo: 'the bench compares with it',
} as const

/**
 * Installs what is missing of these where we may. Where not, or where it does not work, it says which line to run: the
 * tests that need it are then skipped by name, and no test fails for the want of it.
 */
export async function provideForRegistries(wanted: readonly (keyof typeof programs)[]): Promise<void> {
  const missing = () => wanted.filter((name) => !isInstalled(name))
  const before = missing()
  if (before.length === 0) return
  let said = ''
  if (mayInstall()) {
    say('registry', `installing ${before.join(' and ')} with apt: ${before.map((name) => programs[name]).join(', ')}`)
    said = await aptInstall('registry', before)
  }
  const still = missing()
  if (still.length === 0) return
  const line = `sudo apt-get install -y ${still.join(' ')}`
  const why = said === '' ? '' : `\napt said:\n${said}`
  say('registry', `${still.join(' and ')} is not installed; what needs it is skipped. Run: ${line}${why}`)
}

function isInstalled(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin']
  return folders.some((folder) => folder !== '' && isProgram(`${folder}/${name}`))
}
