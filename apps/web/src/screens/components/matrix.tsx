import type { ComponentLine, ComponentsView } from '@rollcall/services'
import { Cell } from './cell.tsx'
import classes from './matrix.module.css'

// Stacked on a phone, which takes the roles of a table away unless they are said.
const as = (role: string) => ({ role })

/** Components down, environments across; on a phone one below the other. */
export function Matrix({ view: { components, environments } }: { view: ComponentsView }) {
  if (environments.length === 0) return <p className="dim">No environment is known yet, so nothing can run.</p>
  return (
    <div className={classes.frame}>
      <table className={classes.matrix} {...as('table')}>
        <caption className="visually-hidden">What is planned, recorded, attempted and observed</caption>
        <thead {...as('rowgroup')}>
          <tr {...as('row')}>
            <th scope="col" {...as('columnheader')}>
              Component
            </th>
            {environments.map(({ slug, name }) => (
              <th key={slug} scope="col" {...as('columnheader')}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...as('rowgroup')}>
          {components.map((component) => (
            <tr key={component.slug} {...as('row')}>
              <th scope="row" {...as('rowheader')}>
                <span className={classes.name}>{component.name}</span>
                <Origin component={component} />
              </th>
              {component.cells.map((cell, index) => (
                <td key={cell.environment} {...as('cell')} data-backlog={cell.backlog || undefined}>
                  <span className={classes.where} aria-hidden="true">
                    {environments[index]?.name}
                  </span>
                  <Cell cell={cell} component={component.slug} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Where its versions come from. */
function Origin({ component: { slug, name, external } }: { component: ComponentLine }) {
  return (
    <>
      {name !== slug && <span className={`${classes.slug} mono faint`}>{slug}</span>}
      {external === null ? (
        <span className={classes.slug}>published here</span>
      ) : (
        external.map(({ deployName, sourceRepo, deploys }) => (
          <span key={deployName} className={classes.slug}>
            <span className="mono wrap">{sourceRepo}</span>
            {deploys ? ', deployed on update' : ', recorded only'}
          </span>
        ))
      )}
    </>
  )
}
