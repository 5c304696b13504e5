import type { ReactNode } from 'react'
import { scriptNonce } from '../src/server/nonce.ts'
import { TRPCReactProvider } from '../src/trpc/client.tsx'

export default async function RootLayout({ children }: { children: ReactNode }) {
  await scriptNonce()
  return (
    <html lang="en">
      <body>
        <TRPCReactProvider>{children}</TRPCReactProvider>
      </body>
    </html>
  )
}
