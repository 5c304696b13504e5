'use client'

import { DeniedScreen } from '../screens/shell/denied-screen.tsx'
import { LostScreen } from '../screens/shell/lost-screen.tsx'
import { refusalOf } from '../trpc/error.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** The sentence and the remedy of a failed call, whatever failed. */
export function troubleOf(error: unknown): { message: string; remedy: string | null; code: string | null } {
  const refusal = refusalOf(error)
  if (refusal) return { message: refusal.message, remedy: refusal.remedy, code: refusal.code }
  return {
    message: 'Rollcall does not answer.',
    remedy: 'Rollouts go on without this page. It is asked again by itself; you can ask at once.',
    code: null,
  }
}

interface TroubleProps {
  error: unknown
  retry: () => void
  /** When it is not there at all, or not to be seen by whoever asks, the whole screen says so. */
  what?: string
}

/** In place of what could not be read: why, and another try. */
export function Trouble({ error, retry, what }: TroubleProps) {
  const { message, remedy, code } = troubleOf(error)
  if (what !== undefined && code === 'forbidden') return <DeniedScreen message={message} remedy={remedy} />
  if (what !== undefined && (code === 'not_found' || code === 'invalid'))
    return <LostScreen what={what} message={message} />
  return (
    <Notice tone="bad" title={message} role="alert" actions={<Button onClick={retry}>Ask again</Button>}>
      {remedy}
    </Notice>
  )
}
