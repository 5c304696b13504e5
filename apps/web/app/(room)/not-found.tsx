import { LostScreen } from '../../src/screens/shell/lost-screen.tsx'

export default function NotFound() {
  return <LostScreen />
}
