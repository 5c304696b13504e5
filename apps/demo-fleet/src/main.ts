import type { DemoConfig } from './config.ts'
import { ControlPlane } from './control-plane.ts'
import { readConfig } from './env.ts'

function fail(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}

let config: DemoConfig
try {
  config = readConfig(process.env)
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

function portSetting(taken: number | undefined): string {
  return taken !== undefined && taken === config.registry?.port ? 'ROLLCALL_DEMO_REGISTRY_PORT' : 'ROLLCALL_DEMO_PORT'
}

const controlPlane = new ControlPlane(config)
let ending = false

async function end(): Promise<void> {
  if (ending) return
  ending = true
  // Whatever hangs, the one who asked us to end does not wait longer than this.
  setTimeout(() => process.exit(0), 2700)
  try {
    await controlPlane.close()
  } catch (error) {
    fail(`demo-fleet: did not end in order: ${error instanceof Error ? error.message : String(error)}`)
  }
  process.exit(0)
}
// From before the start: whoever ends us while tenants are coming up must not be left with half a fleet.
process.on('SIGTERM', end)
process.on('SIGINT', end)
process.on('disconnect', end)

try {
  await controlPlane.open()
} catch (error) {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number }
  if (!ending) {
    fail(
      code === 'EADDRINUSE'
        ? `demo-fleet: port ${port ?? config.port} on ${config.host} is taken; set ${portSetting(port)} to another one`
        : `demo-fleet: ${message}`,
    )
  }
}

if (!ending) {
  const names = config.environments.map(({ name, tenants }) => `${name} (${tenants.length})`).join(', ')
  process.stdout.write(
    `demo-fleet: http://${config.host}:${config.port} serves ${names === '' ? 'no environment' : names}\n`,
  )
  process.send?.({ ready: true, port: config.port })
}
