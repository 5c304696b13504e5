import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { checkout } from '../lib/checkout.mjs'
import { runLogged, tailOf } from '../lib/run-logged.mjs'

/** Whether packages of Debian can be installed here: apt is there, and we may use it. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && isProgram('/usr/bin/apt-get')
}

/**
 * Installs packages of Debian, and starts none of the services that come with them: they are for tests that start their
 * own. Without a network it gives up soon. Resolves to the last lines that apt said.
 */
export async function aptInstall(about: string, packages: readonly string[]): Promise<string> {
  const logFile = path.join(checkout, `.rollcall/logs/apt-${packages[0]}.log`)
  const patience = '-o Acquire::Retries=1 -o Acquire::http::Timeout=20'
  const script = `
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap 'rm -f $policy' EXIT
      printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
    fi
    apt-get ${patience} update && apt-get ${patience} install -y --no-install-recommends ${packages.join(' ')}`
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await runLogged({ about, program: '/bin/sh', args: ['-c', script], env, logFile })
  return tailOf(logFile, 8)
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
