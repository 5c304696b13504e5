'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Mark } from './brand.tsx'
import classes from './rail.module.css'
import { SessionTools } from './session-tools.tsx'
import { SignedIn } from './signed-in.tsx'
import { useWaitingForPerson } from './use-waiting.ts'

const rooms = [
  { href: '/', label: 'Overview', key: 'O', within: (path: string) => path === '/' },
  { href: '/applies', label: 'Applies', key: 'A', within: (path: string) => path.startsWith('/applies') },
  { href: '/fleet', label: 'Fleet', key: 'F', within: (path: string) => path.startsWith('/fleet') },
  { href: '/components', label: 'Components', key: 'C', within: (path: string) => path.startsWith('/components') },
  { href: '/updates', label: 'Updates', key: 'U', within: (path: string) => path.startsWith('/updates') },
  {
    href: '/promotions',
    label: 'Promotions',
    key: 'P',
    within: (path: string) => path.startsWith('/promotions'),
  },
  { href: '/webhooks', label: 'Webhooks', key: 'W', within: (path: string) => path.startsWith('/webhooks') },
]

/** Who may do what, and what was done: since you left, people, tokens, secrets, audit. */
const trust = [
  { href: '/since', label: 'Since you left', key: 'L', within: (path: string) => path.startsWith('/since') },
  { href: '/people', label: 'People', key: 'E', within: (path: string) => path.startsWith('/people') },
  { href: '/tokens', label: 'Tokens', key: 'T', within: (path: string) => path.startsWith('/tokens') },
  { href: '/secrets', label: 'Secrets', key: 'S', within: (path: string) => path.startsWith('/secrets') },
  { href: '/audit', label: 'Audit', key: 'D', within: (path: string) => path.startsWith('/audit') },
]

export function Rail() {
  const path = usePathname()
  const waiting = useWaitingForPerson()
  const list = useRef<HTMLDivElement>(null)
  // on a phone the rooms are a strip: the one that is open is in view
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path decides which link is the current one
  useEffect(() => {
    const strip = list.current
    const current = strip?.querySelector<HTMLElement>('[aria-current]')
    if (strip && current) strip.scrollLeft = current.offsetLeft - strip.offsetLeft - 40
  }, [path])
  return (
    <nav className={classes.rail} aria-label="Rooms">
      <Link href="/" className={classes.brand}>
        <Mark />
        <span>Rollcall</span>
      </Link>
      <div className={classes.rooms} ref={list}>
        {rooms.map(({ href, label, key, within }) => (
          <Link key={href} href={href} aria-current={within(path) ? 'page' : undefined} aria-keyshortcuts={`G ${key}`}>
            {label}
            {href === '/applies' && waiting > 0 && (
              <span className={classes.count}>
                {waiting}
                <span className="visually-hidden"> {waiting === 1 ? 'waits' : 'wait'} for a person</span>
              </span>
            )}
          </Link>
        ))}
        <span className={classes.group} aria-hidden="true" />
        {trust.map(({ href, label, key, within }) => (
          <Link key={href} href={href} aria-current={within(path) ? 'page' : undefined} aria-keyshortcuts={`G ${key}`}>
            {label}
          </Link>
        ))}
      </div>
      <div className={classes.foot}>
        <SignedIn />
        <SessionTools />
      </div>
    </nav>
  )
}
