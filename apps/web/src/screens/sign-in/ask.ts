import { useCallback, useState } from 'react'

export interface Trouble {
  title: string
  remedy: string | null
}

type Answer = { trouble: null; body: Record<string, unknown> } | { trouble: Trouble }

/** Asks one of the paths that let somebody in; what is refused is told in the words of the server. */
export async function ask(path: string, body: Record<string, unknown>): Promise<Answer> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const told = (await answer.json().catch(() => null)) as Record<string, unknown> | null
    if (answer.ok) return { trouble: null, body: told ?? {} }
    const { detail, title, remedy } = (told ?? {}) as Record<string, string | undefined>
    return { trouble: { title: detail ?? title ?? `Rollcall refused with ${answer.status}.`, remedy: remedy ?? null } }
  } catch {
    return { trouble: { title: 'Rollcall does not answer.', remedy: 'Is it running? Try again in a moment.' } }
  }
}

/** The same with its state: `busy` stays while the next page is on its way. */
export function useAsk() {
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const send = useCallback(
    async (path: string, body: Record<string, unknown>, done: (body: Record<string, unknown>) => void) => {
      setBusy(true)
      setTrouble(null)
      const answer = await ask(path, body)
      if (answer.trouble === null) return done(answer.body)
      setBusy(false)
      setTrouble(answer.trouble)
    },
    [],
  )
  return { busy, trouble, send, setTrouble }
}
