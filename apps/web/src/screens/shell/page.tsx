'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  /** The tab's title, from the particular to the general; the product's name is added. */
  title: readonly string[]
  /** The way back, from the general to the particular. */
  crumbs?: readonly { href: string; label: ReactNode }[]
  /** One sentence about the world. */
  headline: ReactNode
  /** Under the headline, quieter. */
  sub?: ReactNode
  /** At the far end of the headline. */
  aside?: ReactNode
  children: ReactNode
}

/** The frame of a screen: title, crumbs, the headline as the only h1, what belongs under it, and the rest. */
export function Page({ title, crumbs, headline, sub, aside, children }: PageProps) {
  return (
    <>
      <title>{[...title, 'Rollcall'].join(' · ')}</title>
      <header className={classes.head}>
        {crumbs && (
          <nav aria-label="Where you are" className={classes.crumbs}>
            {crumbs.map((crumb) => (
              <span key={crumb.href}>
                <Link href={crumb.href}>{crumb.label}</Link>
              </span>
            ))}
          </nav>
        )}
        <div className={classes.line}>
          <h1>{headline}</h1>
          {aside != null && <div className={classes.aside}>{aside}</div>}
        </div>
        {sub != null && <div className={classes.sub}>{sub}</div>}
      </header>
      {children}
    </>
  )
}
