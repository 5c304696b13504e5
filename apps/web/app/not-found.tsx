import { LostScreen } from '../src/screens/shell/lost-screen.tsx'
import { Shell } from '../src/screens/shell/shell.tsx'

export default function NotFound() {
  return (
    <Shell>
      <LostScreen />
    </Shell>
  )
}
