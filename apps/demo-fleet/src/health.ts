import { get } from 'node:http'

export interface Health {
  ok: boolean
  instance: string
  pid: number
  git_sha: string
  since: string
}

/** What the tenant process on `port` says of itself; null when nothing there answers as one within a second. */
export function askHealth(port: number): Promise<Health | null> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false, timeout: 1000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > 10_000) request.destroy()
      })
      response.on('end', () => resolve(parse(text)))
      response.on('error', () => resolve(null))
      response.on('close', () => resolve(null))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(null))
  })
}

function parse(text: string): Health | null {
  try {
    const value = JSON.parse(text) as Health
    return typeof value.instance === 'string' && typeof value.pid === 'number' ? value : null
  } catch {
    return null
  }
}
