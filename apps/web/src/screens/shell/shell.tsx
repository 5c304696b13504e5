'use client'

import type { ReactNode } from 'react'
import { LiveRoom } from '../../live/live-room.tsx'
import { LiveStrip } from '../../live/live-strip.tsx'
import { hintsId } from '../../ui/hint.tsx'
import { Announcer } from './announcer.tsx'
import { Favicon } from './favicon.tsx'
import { Hydrated } from './hydrated.tsx'
import { Keyboard } from './keyboard.tsx'
import { PaletteButton } from './palette-button.tsx'
import { Rail } from './rail.tsx'
import { ScreenSkeleton } from './screen-skeleton.tsx'
import { SessionTools } from './session-tools.tsx'
import classes from './shell.module.css'
import { stripSlotId } from './strip-slot.tsx'

/** The room every screen stands in: rail, strip, and the one main region. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <LiveRoom>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <div className={classes.room}>
        <Rail />
        <div className={classes.desk}>
          <section className={classes.strip} aria-label="How true this page is">
            <div id={stripSlotId} className={classes.slot} />
            <LiveStrip />
            <PaletteButton />
            <div className={classes.phoneTools}>
              <SessionTools compact />
            </div>
          </section>
          <main id="main" tabIndex={-1} className={classes.main}>
            <Hydrated fallback={<ScreenSkeleton />}>{children}</Hydrated>
            <div id={hintsId} />
          </main>
        </div>
      </div>
      <Announcer />
      <Favicon />
      <Keyboard />
    </LiveRoom>
  )
}
