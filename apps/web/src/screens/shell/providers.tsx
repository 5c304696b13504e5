'use client'

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { schemeKey, theme, variables } from '../../theme/theme.ts'
import { TRPCReactProvider } from '../../trpc/client.tsx'

const schemes = localStorageColorSchemeManager({ key: schemeKey })

export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
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
