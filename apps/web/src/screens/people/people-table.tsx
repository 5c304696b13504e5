import type { PersonRow } from '@rollcall/services'
import Link from 'next/link'
import { Nothing } from '../../ui/nothing.tsx'
import { Status } from '../../ui/status.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './people.module.css'
import { RoleWords } from './role-words.tsx'
import { stateOf } from './state.ts'

const columns: readonly Column<PersonRow>[] = [
  {
    key: 'name',
    head: 'person',
    phone: 'lead',
    bare: true,
    cell: ({ id, name, email }) => (
      <div className={classes.who}>
        <Link className="row-link" href={`/people/${id}`}>
          {name}
        </Link>
        <span>{email}</span>
      </div>
    ),
  },
  {
    key: 'roles',
    head: 'is',
    phone: 'below',
    cell: ({ roles, providerRoles }) => <RoleWords roles={[...roles, ...providerRoles]} />,
  },
  {
    key: 'state',
    head: 'comes in',
    width: '150px',
    phone: 'end',
    cell: (person) => <Status {...stateOf(person)} />,
  },
  {
    key: 'sessions',
    head: 'sessions',
    width: '84px',
    align: 'end',
    room: 'wide',
    phone: 'below',
    cell: ({ sessions }) => (sessions === 0 ? <Nothing text="none" /> : sessions),
  },
  {
    key: 'seen',
    head: 'last seen',
    width: '110px',
    room: 'wide',
    phone: 'below',
    cell: ({ seenAt }) => (seenAt === null ? <Nothing text="never" /> : <Time at={seenAt} quiet />),
  },
]

export function PeopleTable({ rows }: { rows: readonly PersonRow[] }) {
  return <Table caption="People, newest first" columns={columns} rows={rows} rowKey={({ id }) => id} rowHeight={58} />
}
