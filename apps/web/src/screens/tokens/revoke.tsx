'use client'

import type { TokenView } from '@rollcall/services'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { troubleOf } from '../../components/trouble.tsx'
import { useMay } from '../../components/use-may.ts'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Time } from '../../ui/time.tsx'
import { toastDone } from '../../ui/toast.ts'

/** Ends a token, after a question. */
export function Revoke({ token }: { token: TokenView }) {
  const trpc = useTRPC()
  const { news } = useLive()
  const [asking, setAsking] = useState(false)
  const may = useMay('token.manage', 'everywhere')
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSuccess: () => {
        setAsking(false)
        toastDone(`${token.name} is revoked.`, 'What was open with it has ended.')
      },
      onSettled: news,
    }),
  )
  return (
    <>
      <Button
        small
        label={`Revoke ${token.name}`}
        reason={token.yours ? null : may.why}
        onClick={() => {
          revoke.reset()
          setAsking(true)
        }}
      >
        Revoke…
      </Button>
      {asking && (
        <Dialog
          title={`Revoke ${token.name}?`}
          confirm="Revoke 1 token"
          danger
          busy={revoke.isPending}
          error={revoke.error ? troubleOf(revoke.error) : null}
          onConfirm={() => revoke.mutate({ id: token.id })}
          onClose={() => setAsking(false)}
        >
          <p>
            Whoever comes with <b className="mono">{token.prefix}…</b> is refused from now on, and what they have open
            ends. It cannot be taken back; a new token can be made at any time.
          </p>
          <p>
            {token.lastUsedAt === null ? (
              'It was never used.'
            ) : (
              <>
                It was last used <Time at={token.lastUsedAt} />.
              </>
            )}
          </p>
        </Dialog>
      )}
    </>
  )
}
