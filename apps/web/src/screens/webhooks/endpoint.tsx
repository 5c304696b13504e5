import type { EndpointView } from '@rollcall/services'
import { formatCount } from '../../format/count.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Entry } from '../../ui/entry.tsx'
import { Fact, Facts } from '../../ui/section.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './webhooks.module.css'

/** One endpoint: whom it is for, whether it has its secrets, what came, and a line to try it with. */
export function Endpoint({ endpoint }: { endpoint: EndpointView }) {
  const { name, sender, path, secrets, repos, listensTo, lastAt, testLine } = endpoint
  return (
    <Entry
      name={name}
      about={
        <>
          <span className="mono">{path}</span> · {sender ?? 'any sender that knows the secret'} ·{' '}
          {lastAt === null ? (
            'nothing came so far'
          ) : (
            <>
              last delivery <Time at={lastAt} />
            </>
          )}
        </>
      }
    >
      <div className={classes.facts}>
        <Facts>
          <Fact name="24 hours">
            <Counts endpoint={endpoint} />
          </Fact>
          <Fact name="repositories">{repos === null ? 'all' : repos.length === 0 ? 'none' : repos.join(', ')}</Fact>
        </Facts>
        <ul className={classes.secrets} aria-label={`Secrets of ${name}`}>
          {secrets.map(({ name, isSet }) => (
            <li key={name}>
              <span className="mono">{name}</span>
              {isSet ? (
                <Status tone="good" shape="check" word="set" />
              ) : (
                <Status tone="person" shape="question" word="not set" />
              )}
            </li>
          ))}
        </ul>
      </div>
      <p className={classes.quiet}>Listens to {listensTo.join(' · ')}.</p>
      <details className={classes.test}>
        <summary>A line to test it</summary>
        <p className={classes.quiet}>
          For a shell that has the variable. It signs a harmless delivery; the answer is “ignored”, and it shows up
          below.
        </p>
        <CopyLine text={testLine} />
      </details>
    </Entry>
  )
}

function Counts({ endpoint: { counts, countCap } }: { endpoint: EndpointView }) {
  const { accepted, ignored, refused, repeats } = counts
  const capped = accepted + ignored >= countCap ? ' or more' : ''
  return (
    <>
      {formatCount(accepted)} accepted · {formatCount(ignored)} ignored{capped} · {formatCount(refused)} refused ·{' '}
      {formatCount(repeats)} repeated
    </>
  )
}
