import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Resolves true once the page has really answered with status 200; false when `goOn` says no or a minute has passed. */
export function untilPage(url: string, goOn: () => boolean): Promise<boolean> {
  return until(() => answers200(url), goOn)
}

/** Resolves true once somebody listens there. */
export function untilListening(port: number, host: string, goOn: () => boolean): Promise<boolean> {
  return until(() => accepts(port, host), goOn)
}

async function until(isSo: () => Promise<boolean>, goOn: () => boolean): Promise<boolean> {
  const deadline = Date.now() + 60_000
  while (goOn() && Date.now() < deadline) {
    if (await isSo()) return true
    await delay(50)
  }
  return false
}

function answers200(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { timeout: 20_000 }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode === 200))
      response.once('error', () => resolve(false))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false)).once('connect', () => socket.destroy())
  })
}
