'use client'

import { BrokenScreen } from '../../src/screens/shell/broken-screen.tsx'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <BrokenScreen digest={error.digest} retry={reset} />
}
