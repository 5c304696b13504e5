import { spawn } from 'node:child_process'
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { randomPort } from '@rollcall/outbound/testing'

/** For the visible name of what is skipped where it is missing. */
export const dockerRegistryMissing =
  'docker-registry is not installed, so the real registry is not asked (as root: apt-get install docker-registry)'

/** Where Debian's `docker-registry` is, or null. Looked for on the PATH and where the package puts it. */
export function dockerRegistryBinary(): string | null {
  return findProgram('docker-registry')
}

/** Where a program is, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin']
  const files = folders.filter((folder) => folder !== '').map((folder) => path.join(folder, name))
  return files.find(isExecutable) ?? null
}

/** The account that an installation with `signIn` knows. The hash beside it is of this password. */
export const account = { username: 'rollcall', password: 'Planted-Passw0rd-77' }
const bcryptOfPassword = '$2y$04$e7UvrHdClcPX0gY1Ex2nOOGRwSY98Wpqx52TZTCR3w3T1OcRECnTK'

export interface DockerRegistryOptions {
  /** It wants the account above, by basic authentication. Default false. */
  signIn?: boolean
  /** It writes a line for each request. Default true. */
  accessLog?: boolean
}

export interface DockerRegistry {
  url: string
  /** With the port. */
  host: string
  /** Its access log so far: one line for each request it has answered, such as `"GET /v2/ HTTP/1.1" 200`. */
  accessLog(): string[]
  close(): Promise<void>
}

/**
 * A real registry of one's own, on a free port of this machine, empty, with its files in a temporary folder that goes
 * with it. Rejects with what it said when it does not come up within 10 s.
 */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const binary = dockerRegistryBinary()
  if (binary === null) throw new Error(dockerRegistryMissing)
  const folder = mkdtempSync(path.join(fastFolder(), 'rollcall-registry-'))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  for (let tries = 1; ; tries += 1) {
    const started = await startOn(binary, folder, randomPort(), options)
    if (typeof started !== 'string') {
      process.once('exit', remove)
      const close = async () => {
        await started.close()
        process.off('exit', remove)
        remove()
      }
      return { ...started, close }
    }
    if (tries < 5 && started.includes('address already in use')) continue
    remove()
    throw new Error(`docker-registry did not start: ${started}`)
  }
}

/** The running registry, or what it said when it ended instead. */
async function startOn(
  binary: string,
  folder: string,
  port: number,
  { signIn = false, accessLog = true }: DockerRegistryOptions,
): Promise<DockerRegistry | string> {
  const host = `127.0.0.1:${port}`
  const url = `http://${host}`
  const config = path.join(folder, 'config.json')
  const htpasswd = path.join(folder, 'htpasswd')
  writeFileSync(htpasswd, `${account.username}:${bcryptOfPassword}\n`)
  // Its configuration is YAML, and JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: !accessLog } },
      storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: host, secret: 'for-one-run' },
      ...(signIn && { auth: { htpasswd: { realm: 'rollcall', path: htpasswd } } }),
    }),
  )
  const logFile = path.join(folder, 'log')
  const log = openSync(logFile, 'w')
  // Nothing from outside: REGISTRY_… variables would change what was configured. Its heap is so small that it would
  // collect garbage for two thirds of its time, which a registry with something to hold does not.
  const env = { PATH: process.env.PATH, GOGC: '800' }
  const child = spawn(binary, ['serve', config], { stdio: ['ignore', log, log], env })
  closeSync(log)
  const said = () => readFileSync(logFile, 'utf8')
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()))
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const close = async () => {
    kill()
    await ended
    process.off('exit', kill)
  }
  const giveUpAt = Date.now() + 10_000
  while (child.exitCode === null && child.pid !== undefined && Date.now() < giveUpAt) {
    if (await answers(url)) return { url, host, close, accessLog: () => said().match(/^.*" \d{3} \d+ ".*$/gm) ?? [] }
    await Promise.race([delay(20), ended])
  }
  await close()
  return said().slice(-2000)
}

/** It syncs several files for each tag that is written. In memory that costs nothing, and nobody waits for a disk. */
function fastFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v2/`, { headers: { connection: 'close' } })
    await answer.body?.cancel()
    return answer.headers.get('docker-distribution-api-version') === 'registry/2.0'
  } catch {
    return false
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
