import type { ReactNode } from 'react'
import { Shell } from '../../src/screens/shell/shell.tsx'

export default function RoomLayout({ children }: { children: ReactNode }) {
  return <Shell>{children}</Shell>
}
