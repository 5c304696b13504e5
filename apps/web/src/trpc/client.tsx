'use client'

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { type ReactNode, useState } from 'react'
import type { AppRouter } from '../server/trpc/router.ts'
import { mayPass, needsSignIn } from './error.ts'
import { watchInput } from './recent-input.ts'

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

export { useTRPC, useTRPCClient }

const endpoint = '/api/trpc'

/** A preview can name thousands of tenants, a comparison holds a whole file: no address has room for them. */
const long: ReadonlySet<string> = new Set(['applies.preview', 'configuration.diff'])

/**
 * Queries of one moment travel together; the limit is the server's. What is long is asked by POST. Subscriptions are one event stream each.
 */
function makeClient() {
  const headers = typeof window === 'undefined' ? {} : watchInput(window, Date.now)
  const batched = { url: endpoint, maxItems: 20, headers }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint }),
        false: splitLink({
          condition: ({ path }) => long.has(path),
          true: httpBatchLink({ ...batched, methodOverride: 'POST' }),
          false: httpBatchLink({ ...batched, maxURLLength: 6000 }),
        }),
      }),
    ],
  })
}

/**
 * What a query does by default: an answer counts as current for 5 s, what changed is announced by subscriptions, and
 * a refusal is not asked again. Only what may be a passing fault (no answer, 5xx) is retried, twice.
 */
function makeQueryClient(onSignedOut: () => void) {
  const watch = (error: unknown) => {
    if (needsSignIn(error)) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, error) => count < 2 && mayPass(error) },
      mutations: { retry: false },
    },
  })
}

/** Gives the tree below its queries. `onSignedOut` is called when an answer says that nobody is signed in. */
export function TRPCReactProvider(props: { children: ReactNode; onSignedOut?: () => void }) {
  const { children, onSignedOut = goToSignIn } = props
  const [queryClient] = useState(() => makeQueryClient(onSignedOut))
  const [client] = useState(makeClient)
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  )
}

function goToSignIn() {
  const { pathname, search } = window.location
  if (pathname === '/sign-in') return
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}
