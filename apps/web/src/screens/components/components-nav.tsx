'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import classes from './components-nav.module.css'

const parts = [
  { href: '/components', label: 'Four facts' },
  { href: '/components/configuration', label: 'Configuration' },
  { href: '/components/workflows', label: 'Workflows' },
]

/** The parts of this room. */
export function ComponentsNav() {
  const path = usePathname()
  return (
    <nav className={classes.parts} aria-label="Components">
      {parts.map(({ href, label }) => (
        <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
