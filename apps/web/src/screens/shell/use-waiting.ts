import { useQuery } from '@tanstack/react-query'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'

/** How many applies wait for a person; none until the first answer. */
export function useWaitingForPerson(): number {
  const trpc = useTRPC()
  const { data } = useQuery(
    trpc.overview.get.queryOptions(undefined, { ...polled, select: (overview) => overview.waiting.length }),
  )
  return data ?? 0
}
