import type { ComponentsView } from '@rollcall/services'
import { Arrow } from '../../components/build.tsx'
import { Told } from '../../components/told.tsx'
import { Button } from '../../ui/button.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './components.module.css'
import { applyHref } from './links.ts'

interface BacklogRowProps {
  item: ComponentsView['backlog'][number]
  view: ComponentsView
}

/** One version that should run somewhere and does not, with the way on. */
export function BacklogRow({ item, view }: BacklogRowProps) {
  const cell = view.components
    .find(({ slug }) => slug === item.component)
    ?.cells.find(({ environment }) => environment === item.environment)
  const recorded = cell?.recorded
  return (
    <li className={classes.late}>
      <span className={classes.place}>
        <Status tone="person" shape="hand" word={item.component} /> <Arrow /> {item.environment}
      </span>
      <span className={classes.said}>
        <Told text={item.sentence} />
      </span>
      <span className="dim small">
        <Time at={item.since} />
      </span>
      {recorded?.updateId ? (
        <Button small href={`/updates/${recorded.updateId}`}>
          See the update
        </Button>
      ) : recorded ? (
        <Button small href={applyHref(item, recorded.sha)}>
          Plan an apply
        </Button>
      ) : null}
    </li>
  )
}
