import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks for a page until it has really answered with status 200 and answers null; else, when `goOn` says no or a minute has
 * passed, in words what the last answer was.
 */
export async function untilPage(url: string, goOn: () => boolean): Promise<string | null> {
  let last: number | string = 'nothing yet'
  const seen = await until(async () => {
    last = await statusOf(url)
    return last === 200
  }, goOn)
  return seen ? null : `GET ${url} → ${last}`
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

function statusOf(url: string): Promise<number | string> {
  return new Promise((resolve) => {
    const asked = request(url, { timeout: 20_000 }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', (error) => resolve(error.message))
    })
    asked.once('timeout', () => asked.destroy(new Error('no answer in 20 s')))
    asked.once('error', (error) => resolve(error.message))
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
