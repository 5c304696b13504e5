import '../src/theme/fonts.css'
import '../src/theme/mantine.css'
import '../src/theme/tokens.css'
import '../src/theme/base.css'
import '../src/theme/library.css'

import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { OriginProvider } from '../src/screens/shell/origin.tsx'
import { Providers } from '../src/screens/shell/providers.tsx'
import { scriptNonce } from '../src/server/nonce.ts'
import { pageOrigin } from '../src/server/page-origin.ts'
import { schemeKey } from '../src/theme/theme.ts'

export const metadata: Metadata = {
  description: 'A rollout control room: drive a release over the fleet, then ask every tenant what it really runs.',
  icons: { icon: [{ url: '/icon.svg', type: 'image/svg+xml' }] },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9f7f2' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1013' },
  ],
}

/** Sets the scheme before the first paint, so that the night room never flashes white. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = await scriptNonce()
  const origin = await pageOrigin()
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript
          nonce={nonce}
          defaultColorScheme="auto"
          localStorageKey={schemeKey}
          suppressHydrationWarning
        />
      </head>
      <body>
        <Providers nonce={nonce}>
          <OriginProvider origin={origin}>{children}</OriginProvider>
        </Providers>
      </body>
    </html>
  )
}
