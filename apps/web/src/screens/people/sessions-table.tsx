'use client'

import type { SessionView } from '@rollcall/services'
import { Button } from '../../ui/button.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { browserWords } from './browser-words.ts'
import classes from './people.module.css'

interface SessionsTableProps {
  rows: readonly SessionView[]
  /** the one that is being ended */
  ending: string | null
  reason?: string | null
  onEnd: (session: SessionView) => void
}

/** Where somebody is signed in, the newest first. */
export function SessionsTable({ rows, ending, reason, onEnd }: SessionsTableProps) {
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'where',
      head: 'browser',
      phone: 'lead',
      bare: true,
      cell: ({ browser, client, current }) => (
        <div className={classes.who}>
          <b>{browserWords(browser)}</b>
          <span>{current ? 'this one' : (client ?? 'from an unknown address')}</span>
        </div>
      ),
    },
    {
      key: 'opened',
      head: 'opened',
      width: '110px',
      phone: 'below',
      cell: ({ openedAt }) => <Time at={openedAt} quiet />,
    },
    {
      key: 'used',
      head: 'used',
      width: '110px',
      phone: 'below',
      cell: ({ usedAt }) => <Time at={usedAt} quiet />,
    },
    {
      key: 'end',
      head: '',
      width: '92px',
      align: 'end',
      phone: 'end',
      bare: true,
      cell: (session) =>
        session.current ? (
          <Nothing text="" />
        ) : (
          <Button
            small
            label={`End the session of ${browserWords(session.browser)}`}
            busy={ending === session.id}
            reason={reason}
            onClick={() => onEnd(session)}
          >
            End
          </Button>
        ),
    },
  ]
  return <Table caption="Sessions, newest first" columns={columns} rows={rows} rowKey={({ id }) => id} rowHeight={58} />
}
