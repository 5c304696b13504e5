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

const controlPlane = new ControlPlane(config)
try {
  await controlPlane.open()
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  fail(
    code === 'EADDRINUSE'
      ? `demo-fleet: port ${config.port} on ${config.host} is taken; set ROLLCALL_DEMO_PORT to another one`
      : `demo-fleet: ${message}`,
  )
}

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  // Whatever hangs, the one who asked us to end does not wait longer than this.
  setTimeout(() => process.exit(0), 2700).unref()
  await controlPlane.close()
  process.exit(0)
}
process.on('SIGTERM', end)
process.on('SIGINT', end)
process.on('disconnect', end)

const names = config.environments.map(({ name, tenants }) => `${name} (${tenants.length})`).join(', ')
process.stdout.write(
  `demo-fleet: http://${config.host}:${config.port} serves ${names === '' ? 'no environment' : names}\n`,
)
process.send?.({ ready: true, port: config.port })
