'use client'

import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import { useRouter } from 'next/navigation'
import { Hint } from '../../ui/hint.tsx'
import { Icon, type IconName } from '../../ui/icons.tsx'
import { toastRefused } from '../../ui/toast.ts'
import { openKeyboardHelp } from './keyboard-help.tsx'
import classes from './session-tools.module.css'

const schemes = [
  { value: 'light', icon: 'sun', label: 'Light' },
  { value: 'dark', icon: 'moon', label: 'Dark' },
  { value: 'auto', icon: 'screen', label: 'As the system' },
] as const satisfies { value: MantineColorScheme; icon: IconName; label: string }[]

/** Theme, keyboard help, sign out. Compact: one button goes through the themes. */
export function SessionTools({ compact = false }: { compact?: boolean }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const mounted = useMounted()
  const router = useRouter()
  const current = mounted ? colorScheme : null
  const index = schemes.findIndex(({ value }) => value === (current ?? 'auto'))
  const next = schemes[(index + 1) % schemes.length] ?? schemes[0]
  return (
    <div className={classes.tools}>
      {compact ? (
        <Tool
          icon={schemes[index]?.icon ?? 'screen'}
          label={`Theme: ${schemes[index]?.label.toLowerCase()}. Change to ${next.label.toLowerCase()}`}
          onPress={() => setColorScheme(next.value)}
        />
      ) : (
        <fieldset className={classes.themes}>
          <legend className="visually-hidden">Theme</legend>
          {schemes.map(({ value, icon, label }) => (
            <Tool
              key={value}
              icon={icon}
              label={label}
              pressed={current === value}
              onPress={() => setColorScheme(value)}
            />
          ))}
        </fieldset>
      )}
      {!compact && <Tool icon="keys" label="Keyboard and words" onPress={openKeyboardHelp} />}
      {compact && <Tool icon="person" label="Your account" onPress={() => router.push('/account')} />}
      <Tool icon="leave" label="Sign out" onPress={signOut} />
    </div>
  )
}

interface ToolProps {
  icon: IconName
  label: string
  pressed?: boolean
  onPress: () => void
}

function Tool({ icon, label, pressed, onPress }: ToolProps) {
  return (
    <Hint label={label}>
      {(bind) => (
        <button type="button" aria-label={label} aria-pressed={pressed} onClick={onPress} {...bind}>
          <Icon name={icon} />
        </button>
      )}
    </Hint>
  )
}

async function signOut() {
  try {
    const answer = await fetch('/api/session', { method: 'DELETE' })
    if (!answer.ok && answer.status !== 401) throw new Error(String(answer.status))
    window.location.assign('/sign-in')
  } catch {
    toastRefused('You are still signed in.', 'Rollcall did not answer. Try again in a moment.')
  }
}
