'use client'

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { schemeKey, theme, variables } from '../../theme/theme.ts'
import { TRPCReactProvider } from '../../trpc/client.tsx'

const schemes = localStorageColorSchemeManager({ key: schemeKey })

interface ProvidersProps {
  /** what style sheets must carry that are written while the page lives; the policy of the page allows no others */
  nonce: string | undefined
  children: ReactNode
}

export function Providers({ nonce: given, children }: ProvidersProps) {
  // The policy is that of the first answer: a later one of the same page brings a nonce that it does not know.
  const [nonce] = useState(() => forStyleSheets(given))
  return (
    <MantineProvider
      getStyleNonce={() => nonce ?? ''}
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <TRPCReactProvider>
        <NuqsAdapter>{children}</NuqsAdapter>
        <Notifications position="bottom-right" containerWidth={400} />
      </TRPCReactProvider>
    </MantineProvider>
  )
}

/** Tells the nonce to those who write style sheets without asking Mantine, such as what keeps a page still under a dialog. */
function forStyleSheets(nonce: string | undefined): string | undefined {
  if (typeof window !== 'undefined') Object.assign(window, { __webpack_nonce__: nonce })
  return nonce
}
