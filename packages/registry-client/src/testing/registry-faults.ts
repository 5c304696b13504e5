import type { ServerResponse } from 'node:http'
import type { Reply } from './registry-store.ts'
import { error } from './registry-store.ts'

/** What goes wrong with one request. `act` does what was asked, when called, and answers what should be said. */
export type Fault = (act: () => Reply, response: ServerResponse) => void

export function send({ status, headers, body }: Reply, response: ServerResponse): void {
  response.writeHead(status, { 'content-length': body.length, ...headers })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** An answer of this status in the registry's place, which has done nothing. */
export function failsWith(status: number, headers: Record<string, string> = {}, code = 'UNKNOWN'): Fault {
  return (_, response) => {
    const reply = error(status, code)
    send({ ...reply, headers: { ...reply.headers, ...headers } }, response)
  }
}

/** It does what was asked, and this status is what comes of it. */
export function actsAndFailsWith(status: number): Fault {
  return (act, response) => {
    act()
    send(error(status, 'UNKNOWN'), response)
  }
}

/** Neither done nor answered. */
export const hangs: Fault = () => {}

/** Done, and never answered. */
export const actsAndHangs: Fault = (act) => {
  act()
}

/** The connection breaks before anything is done. */
export const breaks: Fault = (_, response) => {
  response.destroy()
}

/** Done, and the connection breaks before the answer. */
export const actsAndBreaks: Fault = (act, response) => {
  act()
  response.destroy()
}

/** The answer breaks off in the middle of its body. */
export const breaksOff: Fault = (act, response) => {
  const { status, headers, body } = act()
  response.writeHead(status, { 'content-length': body.length, ...headers })
  response.write(body.subarray(0, body.length / 2), () => response.destroy())
}

/** A good answer in which something is different. */
export function answersWith(change: (reply: Reply) => Partial<Reply>): Fault {
  return (act, response) => {
    const reply = act()
    send({ ...reply, ...change(reply) }, response)
  }
}

/** A good answer with other headers; undefined takes one away. */
export function answersWithHeaders(headers: Record<string, string | undefined>): Fault {
  return answersWith((reply) => ({
    headers: Object.fromEntries(
      Object.entries({ ...reply.headers, ...headers }).filter((entry): entry is [string, string] => !!entry[1]),
    ),
  }))
}
