'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useLive } from '../../live/live-room.tsx'
import { useTRPC } from '../../trpc/client.tsx'
import { toastDone } from '../../ui/toast.ts'

/** What every verb about a secret does when it is done: says so, closes its question, and has the list read again. */
export function useDone(onClose: () => void) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { news } = useLive()
  return {
    onDone: (title: string, text: string) => {
      onClose()
      toastDone(title, text)
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: trpc.secrets.list.queryKey() })
      news()
    },
  }
}
