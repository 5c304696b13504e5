import type { UpdateView } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Nothing } from '../../ui/nothing.tsx'
import { Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import classes from './update.module.css'

/** What the slot held and what it holds because of this update, with what went and what stayed although unsaid. */
export function SlotChange({ update }: { update: UpdateView }) {
  const { record, replaced, erased, kept } = update
  if (record === null) return null
  const unsaid = (field: string) =>
    erased.includes(field) ? 'not said, so it is gone' : kept.includes(field) ? 'not said, so it stayed' : null
  return (
    <Section
      title="The slot"
      note={
        <span className="mono">
          state.{update.environment}.external.{update.deploy_name}
        </span>
      }
    >
      <table className={classes.slot}>
        <caption className="visually-hidden">What was recorded before and after this update</caption>
        <thead>
          <tr>
            <th scope="col">field</th>
            <th scope="col">before</th>
            <th scope="col">after</th>
          </tr>
        </thead>
        <tbody>
          <Row
            name="commit"
            before={replaced && <Sha sha={replaced.sha} />}
            after={<Sha sha={record.sha} />}
            note={null}
          />
          <Row name="version" before={replaced?.version} after={record.version} note={unsaid('version')} />
          <Row
            name="artifacts"
            before={replaced && <Artifacts map={replaced.artifacts} />}
            after={<Artifacts map={record.artifacts} />}
            note={unsaid('artifacts')}
          />
          <Row
            name="recorded by"
            before={
              replaced &&
              (replaced.updateId ? (
                <Link className="link" href={`/updates/${replaced.updateId}`}>
                  {replaced.recordedBy}
                </Link>
              ) : (
                replaced.recordedBy
              ))
            }
            after={record.recordedBy}
            note={null}
          />
        </tbody>
      </table>
    </Section>
  )
}

function Row({
  name,
  before,
  after,
  note,
}: {
  name: string
  before: ReactNode
  after: ReactNode
  note: string | null
}) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{before ?? <Nothing />}</td>
      <td>
        {after ?? <Nothing />}
        {note && <span className={classes.note}> {note}</span>}
      </td>
    </tr>
  )
}

/** Foreign text: names and values as they came, one to a line. */
function Artifacts({ map }: { map: Record<string, string> | null }) {
  const entries = Object.entries(map ?? {})
  if (entries.length === 0) return <Nothing />
  return (
    <ul className={classes.artifacts}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <span className="mono">{name}</span> <span className="mono dim">{value}</span>
        </li>
      ))}
    </ul>
  )
}
